#Requires -Version 7.6
# The whole recipe, on sample data and with the network that comes with the module.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 200 -Test 200
    $float = Get-QuantizedPretrained sample_net -Float
    $accuracy = ($float | Measure-ModelAccuracy "$folder/shapes/test").Top1
}

Describe 'The recipe' {
    It 'starts from a network that was trained' {
        $accuracy | Should -BeGreaterThan 85
    }

    It 'quantizes dynamically' {
        $dynamic = $float | Invoke-DynamicQuantization
        ($dynamic | Measure-ModelAccuracy "$folder/shapes/test").Top1 | Should -BeGreaterThan ($accuracy - 2)
        ($dynamic | Measure-ModelSize).Ratio | Should -BeGreaterThan 1.5
    }

    It 'quantizes statically with <_>' -ForEach Fbgemm, X86, Qnnpack, Onednn {
        $static = $float | Invoke-StaticQuantization "$folder/shapes/train" -Backend $_
        ($static | Measure-ModelAccuracy "$folder/shapes/test").Top1 | Should -BeGreaterThan ($accuracy - 3)
        $static.Backend | Should -Be $_
    }

    It 'trains with fake quantization' {
        $qat = $float | Start-QatTraining "$folder/shapes/train" "$folder/shapes/test" -Epoch 1 -Backend Qnnpack
        $qat.Precision | Should -Be Int8
        ($qat | Measure-ModelAccuracy "$folder/shapes/test").Top1 | Should -BeGreaterThan ($accuracy - 3)
        $qat.History[-1].Records.Count | Should -Be 1
    }

    It 'measures MobileNet v2 at the sizes of PyTorch' {
        (Get-QuantizedPretrained mobilenet_v2 -Untrained -Float | Measure-ModelSize).SizeMB | Should -BeGreaterThan 14.17
        $size = Get-QuantizedPretrained mobilenet_v2 -Untrained | Measure-ModelSize
        [math]::Abs($size.SizeMB - 3.614) / 3.614 | Should -BeLessThan 0.005
    }
}
