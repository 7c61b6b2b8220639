#Requires -Version 7.6
# Bad input: one error each, with a stable identifier, and nothing lost.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 20 -Test 20
    $model = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float
    $int8 = $model | Invoke-StaticQuantization "$folder/shapes/train" -SampleCount 4
    $file = $model | Export-QuantModel "$folder/model.pth"
    Set-Content "$folder/text.pth" 'not a checkpoint'
    $null = New-Item "$folder/empty", "$folder/noimages/cat" -ItemType Directory
    Copy-Item "$folder/shapes" "$folder/unreadable" -Recurse
    Get-ChildItem "$folder/unreadable" -Recurse -File | Set-Content -Value 'no image'
}

Describe 'Bad input' {
    It '<because> is the error <id>' -ForEach @(
        @{ id = 'ModelNameUnknown'; because = 'an unknown network'; says = "mobilenet_v2"; do = { Get-QuantizedPretrained mobilenet_v3 } }
        @{ id = 'WeightsNotAtHand'; because = 'a network whose weights are not there'; says = 'mobilenet_v2_qnnpack'; do = { Get-QuantizedPretrained mobilenet_v2 -CachePath $folder -Mirror http://127.0.0.1:1/ -NoProxy -MaximumRetryCount 0 } }
        @{ id = 'MirrorUnusable'; because = 'a mirror without TLS'; says = 'https'; do = { Get-QuantizedPretrained mobilenet_v2 -CachePath $folder -Mirror http://mirror.test/ } }
        @{ id = 'WeightsUnknown'; because = 'weights that are not published'; says = 'IMAGENET1K_FBGEMM_V2'; do = { Get-QuantizedPretrained resnet50 -Weights IMAGENET1K_V9 } }
        @{ id = 'CheckpointNotFound'; because = 'a file that is not there'; says = 'absent\.pth'; do = { Import-QuantModel "$folder/absent.pth" -Architecture cifar_resnet20 } }
        @{ id = 'CheckpointUnreadable'; because = 'a file that is no checkpoint'; says = 'text\.pth'; do = { Import-QuantModel "$folder/text.pth" -Architecture cifar_resnet20 } }
        @{ id = 'StateDictMismatch'; because = 'a state dict of another network'; says = 'missing'; do = { Import-QuantModel $file -Architecture resnet18 } }
        @{ id = 'ImageFolderWithoutClasses'; because = 'an image folder without classes'; says = 'empty'; do = { Import-ImageDataset "$folder/empty" } }
        @{ id = 'DataNotFound'; because = 'data that is not there'; says = 'absent'; do = { $model | Invoke-StaticQuantization "$folder/absent" } }
        @{ id = 'NoCalibrationData'; because = 'calibration images of which none can be read'; says = 'image'; do = { $model | Invoke-StaticQuantization "$folder/unreadable/train" } }
        @{ id = 'ModelAlreadyQuantized'; because = 'static quantization of a quantized model'; says = 'cifar_resnet20'; do = { $int8 | Invoke-StaticQuantization "$folder/shapes/train" } }
        @{ id = 'ModelAlreadyQuantized'; because = 'dynamic quantization of a quantized model'; says = 'cifar_resnet20'; do = { $int8 | Invoke-DynamicQuantization } }
        @{ id = 'ModuleNotFound'; because = 'a skipped module that is not there'; says = 'layer9'; do = { $model | Invoke-StaticQuantization "$folder/shapes/train" -SkipModule layer9 } }
        @{ id = 'NothingToQuantize'; because = 'skipping everything'; says = 'skip'; do = { $model | Invoke-StaticQuantization "$folder/shapes/train" -SkipModule * } }
        @{ id = 'InputShapeMismatch'; because = 'a tensor of the wrong length'; says = '3x32x32'; do = { $model | Invoke-QuantModel -InputTensor (1..7) } }
        @{ id = 'PathInUse'; because = 'a file that is there already'; says = 'model\.pth'; do = { $model | Export-QuantModel "$folder/model.pth" } }
        @{ id = 'ExportFormatUnknown'; because = 'a format that cannot be written'; says = 'pth'; do = { $model | Export-QuantModel "$folder/model.onnx" } }
        @{ id = 'BackendNotAtHand'; because = 'a folder without the packages of the backend'; says = 'https://api\.nuget\.org'; do = { Install-QuantPSBackend "$folder/empty" -Path "$folder/backend" } }
        @{ id = 'BackendNotAtHand'; because = 'a server that is not there'; says = '-PackageSource'; do = { Install-QuantPSBackend -Path "$folder/backend" -Mirror http://127.0.0.1:1/ -NoProxy -MaximumRetryCount 0 } }
        @{ id = 'BackendNotInstalled'; because = 'removing a backend that is not there'; says = 'QUANTPS_BACKEND'; do = { Uninstall-QuantPSBackend "$folder/empty" } }
        @{ id = 'PathInUse'; because = 'a folder that is there already'; says = 'shapes'; do = { New-SampleDataset "$folder/shapes" -Train 10 -Test 10 } }
    ) {
        # The last error counts: calibration reports each image that it cannot read before the error that ends it.
        $Error.Clear()
        try { . $do 2>$null | Should -BeNullOrEmpty } catch { Write-Debug "$_" }
        $Error[0].FullyQualifiedErrorId | Should -Match "^$id,QuantPS\.Commands\."
        $Error[0].Exception.Message | Should -Match $says
    }

    It 'leaves a file that is there as it was' {
        $before = (Get-FileHash $file).Hash
        $int8 | Export-QuantModel $file -ErrorAction SilentlyContinue
        (Get-FileHash $file).Hash | Should -Be $before
    }
}

Describe 'A dynamic request that matches nothing' {
    It 'is a warning that says what there is' {
        $result = $model | Invoke-DynamicQuantization -ModuleType Conv2d -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -Match 'Invoke-StaticQuantization'
        $result.Precision | Should -Be Float32
    }
}
