#Requires -Version 7.6
# The package, and what a user does with it who has nothing else: an empty home, the module installed from the package, the backend from a folder.

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $nuget = $env:NUGET_PACKAGES ? $env:NUGET_PACKAGES : (Join-Path $HOME .nuget packages)
    $folder = (Get-Item TestDrive:).FullName
    $package = & "$root/src/Package.ps1" -Path "$folder/package" 6>$null
    $user = Join-Path $folder user
    $modules = Join-Path $user Modules

    # Runs a script in a pwsh whose user has a home with nothing in it but the module.
    function Invoke-FreshUser([string[]] $Arguments) {
        $set = @{ HOME = $user; USERPROFILE = $user; LOCALAPPDATA = "$user/AppData/Local"; APPDATA = "$user/AppData/Roaming"; PSModulePath = $modules }
        'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'QUANTPS_BACKEND', 'QUANTPS_CACHE', 'QUANTPS_MIRROR' | ForEach-Object { $set[$_] = $null }
        $before = @{}
        foreach ($name in $set.Keys) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
        try {
            foreach ($name in $set.Keys) { [Environment]::SetEnvironmentVariable($name, $set[$name]) }
            $output = pwsh -NoProfile -NonInteractive @Arguments 2>&1
            if ($LASTEXITCODE -ne 0) { throw "pwsh ended with ${LASTEXITCODE}: $($output | Out-String)" }
            $output
        }
        finally {
            foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
        }
    }
}

Describe 'The package' {
    BeforeAll {
        $archive = [IO.Compression.ZipFile]::OpenRead($package)
        $entries = $archive.Entries.FullName
        $reader = [IO.StreamReader]::new($archive.GetEntry('QuantPS.nuspec').Open())
        $nuspec = [xml] $reader.ReadToEnd()
        $reader.Dispose()
        $archive.Dispose()
        $manifest = Import-PowerShellDataFile (Join-Path $root QuantPS.psd1)
    }

    It 'has less than 15 MB' {
        $package.Length | Should -BeGreaterThan 5e6
        $package.Length | Should -BeLessOrEqual 15e6
    }

    It 'can be made for other platforms, and fails the build where it is too large' {
        { & "$root/src/Package.ps1" -Path "$folder/other" -LimitMB 1 -Platform linux-arm64 6>$null } | Should -Throw '*MB of 1.00, for linux-arm64*too large*'
        (Get-ChildItem "$folder/other/QuantPS/bridges/Media" -Directory).Name | Should -Be linux-arm64
    }

    It 'is named and described as the commands of PSResource want it' {
        $package.Name | Should -Be "QuantPS.$($manifest.ModuleVersion).nupkg"
        $nuspec.package.metadata.id | Should -Be QuantPS
        $nuspec.package.metadata.version | Should -Be $manifest.ModuleVersion
        $nuspec.package.metadata.description | Should -Be $manifest.Description
        $tags = $nuspec.package.metadata.tags -split ' '
        @('PSModule', 'PSIncludes_Cmdlet', 'PSEdition_Core', 'PSCmdlet_Start-QatTraining').ForEach({ $tags | Should -Contain $_ })
        $entries | Should -Contain QuantPS.psd1
    }

    It 'is a package to the library for packages' {
        $opened = [IO.Packaging.Package]::Open($package.FullName, 'Open', 'Read')
        try {
            $opened.GetRelationships().TargetUri.OriginalString | Should -Contain /QuantPS.nuspec
            @($opened.GetParts()).Count | Should -BeGreaterThan 30
        }
        finally { $opened.Close() }
    }

    It 'has the library for images of each platform, the licences, and nothing of the backend' {
        foreach ($library in 'linux-x64/libSkiaSharp.so', 'win-x64/libSkiaSharp.dll', 'osx-arm64/libSkiaSharp.dylib') { $entries | Should -Contain "bridges/Media/$library" }
        $entries -like 'licenses/SkiaSharp*/*' | Should -Not -BeNullOrEmpty
        $entries | Should -Contain bridges/Torch/QuantPS.Torch.dll
        $entries -match 'TorchSharp|libtorch|c10|\.pdb$|\.deps\.json$' | Should -BeNullOrEmpty
    }

    It 'has a manifest that is valid where it lies' {
        (Test-ModuleManifest "$folder/package/QuantPS/QuantPS.psd1").Version | Should -Be $manifest.ModuleVersion
    }
}

Describe 'A user with an empty home' {
    BeforeAll {
        $null = New-Item -ItemType Directory $modules
        $packages = (Test-Path (Join-Path $nuget torchsharp)) ? $nuget : ''
        if (Get-Module -ListAvailable Microsoft.PowerShell.PSResourceGet) {
            # Windows does not take the folder of documents, which Install-PSResource installs into, from the environment.
            $install = $IsWindows ? "Save-PSResource QuantPS -Path '$modules'" : 'Install-PSResource QuantPS'
            Invoke-FreshUser @('-Command', "
                `$ErrorActionPreference = 'Stop'
                Register-PSResourceRepository -Name QuantPSTest -Uri '$folder/package' -Trusted
                $install -Repository QuantPSTest
                Unregister-PSResourceRepository QuantPSTest")
        }
        else {
            # What Install-PSResource does: it unpacks, and drops what describes the package.
            $target = Join-Path $modules QuantPS (Import-PowerShellDataFile (Join-Path $root QuantPS.psd1)).ModuleVersion
            [IO.Compression.ZipFile]::ExtractToDirectory($package, $target)
            '[Content_Types].xml', '_rels', 'package', 'QuantPS.nuspec' | ForEach-Object { Remove-Item -LiteralPath (Join-Path $target $_) -Recurse -Force }
        }
        $console = Invoke-FreshUser @('-File', "$PSScriptRoot/FreshUser.ps1", '-Folder', $folder, '-Packages', $packages) | Out-String
        $result = Get-Content "$folder/result.json" -Raw | ConvertFrom-Json
    }

    It 'imports the module by its name, with its commands, its help and its topics' {
        $result.Module | Should -BeLike "$user*"
        $result.Commands | Should -Be (Import-PowerShellDataFile (Join-Path $root QuantPS.psd1)).CmdletsToExport.Count
        $result.Help | Should -BeLike 'Installs the training backend*'
        $result.Topics | Sort-Object | Should -Be ($result.Topics | Sort-Object -Unique)
        $result.Topics | Should -Contain about_QuantPS
    }

    It 'runs the engine that is compiled ahead of time, where that fits into the package' {
        $compiled = Join-Path $result.Module ([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier) QuantPS.Engine.dll
        $result.Engine | Should -Be ((Test-Path $compiled) ? $compiled : (Join-Path $result.Module QuantPS.Engine.dll))
    }

    It 'runs the recipe without training' {
        $result.Recipe | Should -Match 'sample_net, static +Int8'
        $console | Should -Match 'Left out, as libtorch does not load.*Install-QuantPSBackend'
    }

    It 'quantizes in a pipeline by the script that comes with it' {
        $set = @{ MODULE = 'QuantPS'; MODEL = 'sample_net'; METHOD = 'dynamic'; OUTPUT = "$folder/pipeline/model.pth"; DURATION = '0.2' }
        try {
            foreach ($name in $set.Keys) { Set-Item "Env:QUANTPS_INPUT_$name" $set[$name] }
            Invoke-FreshUser @('-File', "$root/src/QuantPS.Pipelines/azure/task/start.ps1") | Out-String | Should -Match 'quantps.ratio = 1.62'
        }
        finally { $set.Keys | ForEach-Object { Remove-Item "Env:QUANTPS_INPUT_$_" } }
        "$folder/pipeline/model.pth" | Should -Exist
    }

    It 'is told in one error how to get the backend, by all that needs it' {
        $result.TrainingBefore[0] | Should -Be 'TorchUnavailable,QuantPS.Commands.StartQatTrainingCommand'
        $result.LibtorchBefore[0] | Should -Be 'TorchUnavailable,QuantPS.Commands.MeasureModelLatencyCommand'
        $result.TrainingBefore[1], $result.LibtorchBefore[1], $result.Before.Problem | Should -BeLike '*Install-QuantPSBackend*'
        $result.Before.IsInstalled | Should -BeFalse
    }

    It 'installs the backend from a folder of packages, and trains in the same session' {
        if (-not $packages) { Set-ItResult -Skipped -Because "the packages of TorchSharp and libtorch are not in $nuget" }
        $result.Installed.IsInstalled | Should -BeTrue
        $result.Installed.Path | Should -BeLike "$user*"
        $result.Training | Should -Be Int8
        $result.Libtorch | Should -Be Libtorch
        $result.After.Backend.IsInstalled | Should -BeTrue
        $result.After.Problems | Should -BeNullOrEmpty
    }

    It 'trains in the next session, and removes all of it' {
        if (-not $packages) { Set-ItResult -Skipped -Because "the packages of TorchSharp and libtorch are not in $nuget" }
        Invoke-FreshUser @('-Command', "
            (Get-QuantizedPretrained sample_net -Float | Start-QatTraining '$folder/shapes/train' -Epoch 1).Precision
            Uninstall-QuantPSBackend
            (Get-QuantPSEnvironment).Backend.IsInstalled") | Should -Be 'Int8', 'False'
        $result.Installed.Path | Should -Not -Exist
    }
}
