#Requires -Version 7.6
# Default views: what stands on the screen.

BeforeAll {
    $env:NO_COLOR = '1'
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 20 -Test 20
    $model = Get-QuantizedPretrained cifar_resnet20 -Untrained
    function Get-View($object) { ($object | Out-String -Width 120) -split '\r?\n' }
}

AfterAll { Remove-Item Env:NO_COLOR }

Describe 'The view of <what>' {
    It 'fits 120 columns and shows <columns>' -ForEach @(
        @{ what = 'a model'; columns = 'Name', 'Precision'; make = { $model } }
        @{ what = 'a size'; columns = 'SizeMB', 'Ratio'; make = { $model | Measure-ModelSize } }
        @{ what = 'an accuracy'; columns = 'Top1', 'Count'; make = { $model | Measure-ModelAccuracy "$folder/shapes/test" } }
        @{ what = 'a latency'; columns = 'MedianMs', 'InstructionSet'; make = { $model | Measure-ModelLatency -Duration 0.2 } }
        @{ what = 'a comparison'; columns = 'Latency', 'WorstLayer'; make = { $model | Compare-QuantModel $model -Data "$folder/shapes/test" -Duration 0.2 } }
        @{ what = 'a gate'; columns = 'Outcome', 'Actual'; make = { $model | Test-QuantModelGate -MaxSizeMB 1 -Detailed } }
        @{ what = 'the catalogue'; columns = 'Name', 'Top1', 'SizeMB'; make = { Get-QuantizedPretrained -ListAvailable } }
        @{ what = 'a data set'; columns = 'Name', 'Images', 'Classes'; make = { Import-ImageDataset "$folder/shapes/test" } }
        @{ what = 'a prediction'; columns = 'Label', 'Score'; make = { $model | Invoke-QuantModel -Path (Get-ChildItem "$folder/shapes/test" -Recurse -File)[0].FullName } }
    ) {
        $lines = Get-View (. $make)
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 120 }
        foreach ($column in $columns) { $lines -join "`n" | Should -Match $column }
    }

    It 'of a model as a list shows its layers' {
        $model | Format-List | Out-String -Width 120 | Should -Match 'conv2d'
        $model.ToString() | Should -Match 'cifar_resnet20'
    }
}
