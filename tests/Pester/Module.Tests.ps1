#Requires -Version 7.6
# The module as it is installed and imported.

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $manifest = Join-Path $root QuantPS.psd1

    # Runs a script in a pwsh of its own, and gives what it writes.
    function Invoke-Fresh([string] $script, [string] $path = $manifest) {
        $env:QUANTPS_TEST_MANIFEST = $path
        $output = pwsh -NoProfile -NonInteractive -Command "Import-Module ([WildcardPattern]::Escape(`$env:QUANTPS_TEST_MANIFEST)) -ErrorAction Stop; $script" 2>&1
        Remove-Item Env:QUANTPS_TEST_MANIFEST
        if ($LASTEXITCODE -ne 0) { throw "pwsh ended with ${LASTEXITCODE}: $output" }
        $output
    }
}

Describe 'The manifest' {
    It 'is valid' {
        (Test-ModuleManifest $manifest).Name | Should -Be QuantPS
    }

    It 'lists every cmdlet, and nothing else leaks' {
        $names = Invoke-Fresh '(Get-Command -Module QuantPS).Name | Sort-Object'
        $data = Import-PowerShellDataFile $manifest
        $names | Should -Be ($data.CmdletsToExport | Sort-Object)
        $data.FunctionsToExport | Should -BeNullOrEmpty
        $data.AliasesToExport | Should -BeNullOrEmpty
        $data.VariablesToExport | Should -BeNullOrEmpty
    }

    It 'exports approved verbs alone: an import warns of nothing' {
        Invoke-Fresh '"done"' | Should -Be done
    }
}

Describe 'Import-Module' {
    It 'loads no bridge and no native library' {
        $loaded = Invoke-Fresh '
            [Runtime.Loader.AssemblyLoadContext]::All.Where({ $_.Name -like "QuantPS*" }).Name
            (Get-Process -Id $PID).Modules.Where({ $_.ModuleName -match "torch|skia|c10" }).ModuleName
            "end"'
        $loaded | Should -Be end
    }

    It 'works twice in one session' {
        Invoke-Fresh 'Import-Module $env:QUANTPS_TEST_MANIFEST -Force; Import-Module $env:QUANTPS_TEST_MANIFEST -Force
            (Get-QuantizedPretrained cifar_resnet20 -Untrained -Float).Name' | Should -Be cifar_resnet20
    }

    It 'works in two runspaces at once' {
        $shells = 1..2 | ForEach-Object {
            [powershell]::Create().AddScript("Import-Module '$manifest'; (Get-QuantizedPretrained cifar_resnet20 -Untrained -Seed $_ | Measure-ModelSize).Precision")
        }
        try {
            $running = $shells | ForEach-Object { @{ Shell = $_; Result = $_.BeginInvoke() } }
            $running | ForEach-Object { $_.Shell.EndInvoke($_.Result) } | Should -Be @('Int8', 'Int8')
        }
        finally { $shells.Dispose() }
    }

    It 'makes the types known to scripts' {
        Invoke-Fresh '(Get-QuantizedPretrained cifar_resnet20 -Untrained -Float) -is [QuantPS.QuantModel]' | Should -Be True
    }
}

Describe 'A module in a folder with blanks and brackets, without the training bridge' {
    BeforeAll {
        $folder = Join-Path (Get-Item TestDrive:).FullName 'a folder [1]' QuantPS
        $null = [IO.Directory]::CreateDirectory($folder)
        [IO.File]::Copy($manifest, (Join-Path $folder QuantPS.psd1))
        $from = Join-Path $root bin QuantPS
        foreach ($file in [IO.Directory]::EnumerateFiles($from, '*', [IO.SearchOption]::AllDirectories)) {
            $relative = [IO.Path]::GetRelativePath($root, $file)
            if ($relative -match 'bridges.Torch') { continue }
            $target = Join-Path $folder $relative
            $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
            [IO.File]::Copy($file, $target)
        }
        $copy = Join-Path $folder QuantPS.psd1
    }

    It 'reads images and quantizes from such folders too' {
        $data = Join-Path (Get-Item TestDrive:).FullName 'shapes [2]'
        Invoke-Fresh "
            `$null = New-SampleDataset -Path '$data' -Train 20 -Test 20
            `$int8 = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float | Invoke-StaticQuantization '$data/train' -SampleCount 8
            (`$int8 | Measure-ModelAccuracy '$data/test').Count" $copy | Should -Be 20
    }

    It 'says in one error that training is not there' {
        $data = Join-Path (Get-Item TestDrive:).FullName shapes
        Invoke-Fresh "
            `$null = New-SampleDataset '$data' -Train 10 -Test 10
            Get-QuantizedPretrained cifar_resnet20 -Untrained -Float | Start-QatTraining '$data/train' -Epoch 1 -ErrorAction SilentlyContinue -ErrorVariable failures
            `$failures.Count; `$failures[0].FullyQualifiedErrorId" $copy | Should -Be @('1', 'BridgeNotFound,QuantPS.Commands.StartQatTrainingCommand')
    }
}

Describe 'Beside a module that brings another Google.Protobuf' {
    It 'trains with its own' {
        $other = Join-Path (Get-Item TestDrive:).FullName Google.Protobuf.dll
        $data = Join-Path (Get-Item TestDrive:).FullName proto-shapes
        $output = Invoke-Fresh "
            `$name = [Reflection.AssemblyName]::new('Google.Protobuf'); `$name.Version = '99.0.0.0'
            `$assembly = [Reflection.Emit.PersistedAssemblyBuilder]::new(`$name, [object].Assembly)
            `$null = `$assembly.DefineDynamicModule('Google.Protobuf').DefineType('Google.Protobuf.Other', 'Public').CreateType()
            `$assembly.Save('$other')
            `$null = [Reflection.Assembly]::LoadFrom('$other')
            `$null = New-SampleDataset '$data' -Train 20 -Test 20
            (Get-QuantizedPretrained cifar_resnet20 -Untrained -Float | Start-QatTraining '$data/train' -Epoch 1 -BatchSize 10).Precision
            [Runtime.Loader.AssemblyLoadContext]::All.Assemblies.Where({ `$_.GetName().Name -eq 'Google.Protobuf' }).ForEach({ `$_.GetName().Version.Major }) | Sort-Object -Unique"
        $output | Should -Contain Int8
        $output | Should -Contain 99
    }
}
