#Requires -Version 7.6
# What modules of this kind trip over.

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root QuantPS.psd1)
    $manifest = (Get-Module QuantPS).Path
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 20 -Test 20
    $null = Get-QuantizedPretrained sample_net -Float | Invoke-StaticQuantization "$folder/shapes/train" | Export-QuantModel "$folder/int8.pth"

    # Runs a script in a pwsh of its own, and gives what it writes.
    function Invoke-Fresh([string] $script) {
        $output = pwsh -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; Import-Module '$manifest'; $script" 2>&1
        if ($LASTEXITCODE -ne 0) { throw "pwsh ended with ${LASTEXITCODE}: $output" }
        $output
    }
}

Describe 'The folder of the module' {
    It 'is left as it is, so that it may be read-only' {
        $before = Get-ChildItem $root/bin/QuantPS -Recurse -File | ForEach-Object { "$($_.FullName) $($_.Length) $($_.LastWriteTimeUtc.Ticks)" }
        Invoke-Fresh "
            `$int8 = Get-QuantizedPretrained sample_net -Float | Invoke-StaticQuantization '$folder/shapes/train'
            `$null = `$int8 | Measure-ModelAccuracy '$folder/shapes/test'
            `$null = `$int8 | Export-QuantModel '$folder/model.pth'
            (Get-Help Invoke-StaticQuantization).Name" | Should -Be Invoke-StaticQuantization
        Get-ChildItem $root/bin/QuantPS -Recurse -File | ForEach-Object { "$($_.FullName) $($_.Length) $($_.LastWriteTimeUtc.Ticks)" } | Should -Be $before
    }
}

Describe 'Beside a module that brings another <_>' -ForEach 'ICSharpCode.SharpZipLib', 'SkiaSharp', 'OxyPlot' {
    It 'works with its own' {
        $other = Join-Path $folder "$_.dll"
        $output = Invoke-Fresh "
            `$name = [Reflection.AssemblyName]::new('$_'); `$name.Version = '99.0.0.0'
            `$assembly = [Reflection.Emit.PersistedAssemblyBuilder]::new(`$name, [object].Assembly)
            `$null = `$assembly.DefineDynamicModule('$_').DefineType('Other', 'Public').CreateType()
            `$assembly.Save('$other')
            `$null = [Reflection.Assembly]::LoadFrom('$other')
            `$model = Get-QuantizedPretrained sample_net -Float
            (`$model | Measure-ModelAccuracy '$folder/shapes/test').Count
            `$null = `$model | Export-QuantHistogram '$folder/$_.svg' -ModuleName conv1
            `$null = `$model | Start-QatTraining '$folder/shapes/train' -Epoch 1 -BatchSize 10
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -eq '$_' }).ForEach({ `$_.GetName().Version.Major })"
        $output | Should -Contain 20
        $output | Should -Contain 99
    }
}

Describe 'After Ctrl+C in a training' {
    It 'the session trains again' {
        $shell = [powershell]::Create().AddScript("Import-Module '$manifest'; Get-QuantizedPretrained sample_net -Float | Start-QatTraining '$folder/shapes/train' -Epoch 1000 -BatchSize 4")
        try {
            $null = $shell.BeginInvoke()
            while ($shell.Streams.Progress.Count -eq 0) { Start-Sleep -Milliseconds 20 }
            $shell.Stop()
            (Get-QuantizedPretrained sample_net -Float | Start-QatTraining "$folder/shapes/train" -Epoch 1 -BatchSize 10).Precision | Should -Be Int8
        }
        finally { $shell.Dispose() }
    }
}

Describe 'A forced instruction set' {
    It 'runs, says so, and gives the same codes' {
        $scores = foreach ($set in (Get-QuantPSEnvironment).InstructionSets) {
            $env:QUANTPS_INSTRUCTION_SET = $set
            try {
                $output = Invoke-Fresh "
                    `$int8 = Import-QuantModel '$folder/int8.pth' -Architecture sample_net
                    (`$int8 | Measure-ModelLatency -Duration 0.02).InstructionSet.ToString()
                    ((`$int8 | Invoke-QuantModel (Get-ChildItem '$folder/shapes/test' -Recurse -File | Sort-Object FullName)[0]).Output -join ' ')"
            }
            finally { Remove-Item Env:QUANTPS_INSTRUCTION_SET }
            $output[0] | Should -Be "$set"
            $output[1]
        }
        $scores | Select-Object -Unique | Should -HaveCount 1
    }

    It 'that the machine lacks is one error' {
        $missing = [enum]::GetValues([QuantPS.Engine.Execution.InstructionSet]).Where({ $_ -notin (Get-QuantPSEnvironment).InstructionSets }, 'First')[0]
        { Get-QuantizedPretrained sample_net -Float | Measure-ModelLatency -InstructionSet $missing -ErrorAction Stop } |
            Should -Throw -ErrorId 'InstructionSetNotAvailable,QuantPS.Commands.MeasureModelLatencyCommand'
    }
}
