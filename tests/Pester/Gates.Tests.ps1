#Requires -Version 7.6
# Quality gates as a script uses them.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 20 -Test 20
    $float = Get-QuantizedPretrained sample_net -Float
    $int8 = $float | Invoke-StaticQuantization "$folder/shapes/train"
}

Describe 'A gate' {
    It 'says true or false' {
        $int8 | Test-QuantModelGate -Reference $float -MinRatio 3 | Should -BeTrue
        $int8 | Test-QuantModelGate -Reference $float -MinRatio 5 | Should -BeFalse
    }

    It 'that is asserted ends the script with the error of its own: <id>' -ForEach @(
        @{ id = 'AccuracyDropTooLarge'; limit = @{ MaxAccuracyDrop = -101 } }
        @{ id = 'AccuracyTooLow'; limit = @{ MinAccuracy = 100 } }
        @{ id = 'ModelTooLarge'; limit = @{ MaxSizeMB = 0.01 } }
        @{ id = 'RatioTooLow'; limit = @{ MinRatio = 10 } }
        @{ id = 'LatencyRatioTooHigh'; limit = @{ MaxLatencyRatio = 0.001; Duration = 0.1 } }
        @{ id = 'LayerSqnrTooLow'; limit = @{ MinLayerSqnr = 100 } }
    ) {
        { $int8 | Assert-QuantModelGate -Reference $float -Data "$folder/shapes/test" @limit } |
            Should -Throw -ErrorId "$id,QuantPS.Commands.AssertQuantModelGateCommand"
    }

    It 'takes its limits from a file' {
        $int8 | Export-QuantModelBaseline "$folder/baseline.json" -Data "$folder/shapes/test" -MaxAccuracyDrop 0 -WhatIf
        "$folder/baseline.json" | Should -Not -Exist
        $int8 | Export-QuantModelBaseline "$folder/baseline.json" -Data "$folder/shapes/test" -MaxAccuracyDrop 0
        $int8 | Test-QuantModelGate -Data "$folder/shapes/test" -Baseline "$folder/baseline.json" | Should -BeTrue
    }

    It 'at the end of a pipeline leaves $? and $LASTEXITCODE of a script to tell' {
        $manifest = (Get-Module QuantPS).Path
        pwsh -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; Import-Module '$manifest'; Get-QuantizedPretrained sample_net -Float | Assert-QuantModelGate -MaxSizeMB 0.1" 2>&1 |
            Out-String | Should -Match 'at most 0.1 MB are allowed'
        $LASTEXITCODE | Should -Be 1
    }
}

Describe 'A report' {
    It 'is a page, a table, test results and figures' {
        $comparison = $int8 | Compare-QuantModel $float -Data "$folder/shapes/test" -Duration 0.2
        $gates = $comparison | Test-QuantModelGate -MinRatio 3 -MaxSizeMB 0.1 -Detailed
        ($comparison, $gates | Export-QuantReport "$folder/a.html", "$folder/a.md", "$folder/a.xml", "$folder/a.json").Count | Should -Be 4
        "$folder/a.html" | Should -FileContentMatch '<svg'
        ([xml](Get-Content -Raw "$folder/a.xml")).testsuites.failures | Should -Be 1
        (Get-Content -Raw "$folder/a.json" | ConvertFrom-Json).comparisons[0].layers.Count | Should -BeGreaterThan 10
    }
}

Describe 'A pipeline: <style>' -ForEach @(
    @{ style = 'Azure'; variable = 'TF_BUILD'; expected = '^##vso\[task\.logissue type=error;code=ModelTooLarge\]' }
    @{ style = 'GitHub'; variable = 'GITHUB_ACTIONS'; expected = '^::error title=ModelTooLarge' }
) {
    It 'is known by its environment and told of a gate that fails' {
        $manifest = (Get-Module QuantPS).Path
        Set-Item "Env:$variable" True
        try {
            $lines = pwsh -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; Import-Module '$manifest'; Get-QuantizedPretrained sample_net -Float | Assert-QuantModelGate -MaxSizeMB 0.1" 2>&1
            $LASTEXITCODE | Should -Be 1
            ($lines -match $expected).Count | Should -Be 1
        }
        finally { Remove-Item "Env:$variable" }
    }
}

Describe 'The script behind the template, the action and the task' {
    It 'tells <variable> of a model: <method>' -ForEach @(
        @{ variable = 'TF_BUILD'; method = 'static'; limit = '9'; code = 1; expected = '^##vso\[task\.logissue type=error;code=RatioTooLow\]' }
        @{ variable = 'GITHUB_ACTIONS'; method = 'dynamic'; limit = '1.5'; code = 0; expected = '^quantps_ratio = 1\.62' }
    ) {
        $root = Split-Path (Split-Path $PSScriptRoot)
        $environment = @{
            $variable = 'True'; QUANTPS_INPUT_MODULE = "$root/QuantPS.psd1"; QUANTPS_INPUT_MODEL = 'sample_net'; QUANTPS_INPUT_METHOD = $method
            QUANTPS_INPUT_CALIBRATIONDATA = "$folder/shapes/train"; QUANTPS_INPUT_TESTDATA = "$folder/shapes/test"
            QUANTPS_INPUT_OUTPUT = "$folder/$variable/model.pth"; QUANTPS_INPUT_MINRATIO = $limit; QUANTPS_INPUT_DURATION = '0.2'; GITHUB_OUTPUT = "$folder/output"; GITHUB_STEP_SUMMARY = "$folder/summary"
        }
        try {
            foreach ($name in $environment.Keys) { Set-Item "Env:$name" $environment[$name] }
            $lines = pwsh -NoProfile -NonInteractive -File "$root/src/QuantPS.Pipelines/azure/task/start.ps1" 2>&1
            $LASTEXITCODE | Should -Be $code
            ($lines -match $expected).Count | Should -Be 1
            Test-Path "$folder/$variable/model.pth" | Should -Be ($code -eq 0)
            "$folder/$variable/report.html" | Should -Exist
        }
        finally { $environment.Keys | ForEach-Object { Remove-Item "Env:$_" } }
    }

    It 'has help whose example runs' {
        $script = Join-Path (Split-Path (Get-Module QuantPS).Path) Pipelines/Quantize.ps1
        $help = Get-Help $script
        $help.Synopsis | Should -Match '^Quantizes a model'
        $code = $help.examples.example.code
        $null = New-Item "$folder/example" -ItemType Directory
        $manifest = Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1
        Set-Content "$folder/example.ps1" "Import-Module '$manifest'; Set-Location '$folder/example'; `$env:TF_BUILD = ''; `$env:GITHUB_ACTIONS = ''`n$code"
        pwsh -NoProfile -NonInteractive -File "$folder/example.ps1" | Out-String | Should -Match 'quantps.ratio = 1.62'
        "$folder/example/out/sample_net.pth" | Should -Exist
    }
}
