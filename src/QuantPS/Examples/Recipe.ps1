<#
.SYNOPSIS
    Quantizes networks in every way that there is, and compares what comes out.
.DESCRIPTION
    Draws a set of images, takes the small trained network that comes with the module, and quantizes it dynamically, statically and by
    training. MobileNet v2 with random weights shows what becomes of the size of a known network. Ends with a table of all of them.
    Needs no network and no other file.
.PARAMETER Train
    The number of images to calibrate and to train with.
.PARAMETER Test
    The number of images to measure the accuracy on.
.PARAMETER Epoch
    How often training sees all images.
.PARAMETER Duration
    For how many seconds the latency of each model is measured.
#>
param(
    [int] $Train = 4000,
    [int] $Test = 1000,
    [int] $Epoch = 1,
    [double] $Duration = 1
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$clock = [System.Diagnostics.Stopwatch]::StartNew()
function Write-Step([string] $Text) { '{0,6:0.0} s  {1}' -f $clock.Elapsed.TotalSeconds, $Text }

# The time of the float model on libtorch, or on our own engine where libtorch does not load.
function Measure-Baseline($Model) {
    try {
        ($Model | Measure-ModelLatency -Engine Libtorch -Duration $Duration).MedianMs
    }
    catch {
        if ($_.FullyQualifiedErrorId -notmatch '^(TorchUnavailable|BridgeNotFound|BridgeUnavailable),') { throw }
        $script:baseline = 'own float'
        ($Model | Measure-ModelLatency -Duration $Duration).MedianMs
    }
}

function Format-Row([string] $Name, $Model, [double] $FloatMs, [string] $Data) {
    $size = $Model | Measure-ModelSize
    $latency = $Model | Measure-ModelLatency -Duration $Duration
    $top1 = if ($Data) { '{0:0.00}' -f ($Model | Measure-ModelAccuracy -Data $Data).Top1 } else { '-' }
    $layout -f $Name, $Model.Precision, ('{0:0.000}' -f $size.SizeMB), ('{0:0.00}' -f $size.Ratio), $top1,
        ('{0:0.00}' -f $latency.MedianMs), ('{0:0.00}x' -f ($FloatMs / $latency.MedianMs))
}

$folder = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), 'QuantPS-' + [guid]::NewGuid().ToString('n'))
$layout = '{0,-31} {1,-11} {2,9} {3,6} {4,9} {5,11} {6,25}'
$baseline = 'libtorch float'
try {
    Write-Step "Drawing $Train training and $Test test images of ten shapes"
    $trainPath, $testPath = (New-SampleDataset -Path $folder -Train $Train -Test $Test).FullName

    Write-Step 'Taking the trained network that comes with the module'
    $float = Get-QuantizedPretrained -Name sample_net -Float

    Write-Step 'Dynamic quantization: the weights of its Linear layers'
    $dynamic = $float | Invoke-DynamicQuantization

    Write-Step 'Static quantization: calibrating on 512 images'
    $static = $float | Invoke-StaticQuantization -CalibrationData $trainPath -SampleCount 512

    Write-Step "Quantization-aware training: $Epoch epoch(s) of $Train images"
    $trained = try {
        $float | Start-QatTraining -TrainingData $trainPath -Epoch $Epoch
    }
    catch {
        if ($_.FullyQualifiedErrorId -notmatch '^(TorchUnavailable|BridgeNotFound|BridgeUnavailable),') { throw }
        Write-Step "Left out, as libtorch does not load: $($_.Exception.Message)" | Out-Host
    }

    Write-Step 'MobileNet v2 with random weights: float, dynamic, static, static without fusing'
    $mobileNet = Get-QuantizedPretrained -Name mobilenet_v2 -Float -Untrained
    $mobileNetDynamic = $mobileNet | Invoke-DynamicQuantization
    $mobileNetStatic = Get-QuantizedPretrained -Name mobilenet_v2 -Untrained
    $mobileNetNotFused = $mobileNet | Invoke-StaticQuantization -CalibrationData $testPath -SampleCount 8 -Backend Qnnpack -NoFuse

    Write-Step 'Measuring size, accuracy and latency'
    $floatMs = Measure-Baseline $float
    $rows = @(
        Format-Row 'sample_net' $float $floatMs $testPath
        Format-Row 'sample_net, dynamic' $dynamic $floatMs $testPath
        Format-Row 'sample_net, static' $static $floatMs $testPath
        if ($trained) { Format-Row 'sample_net, trained for int8' $trained $floatMs $testPath }
    )
    $floatMs = Measure-Baseline $mobileNet
    $rows += @(
        Format-Row 'mobilenet_v2, random weights' $mobileNet $floatMs
        Format-Row 'mobilenet_v2, dynamic' $mobileNetDynamic $floatMs
        Format-Row 'mobilenet_v2, static (qnnpack)' $mobileNetStatic $floatMs
        Format-Row 'mobilenet_v2, static, not fused' $mobileNetNotFused $floatMs
    )
    Write-Step 'Done'

    ''
    $layout -f 'Model', 'Precision', 'Size (MB)', 'Ratio', 'Top-1 (%)', 'Median (ms)', "Speed-up ($baseline)"
    $layout -f ('-' * 31), ('-' * 11), ('-' * 9), ('-' * 6), ('-' * 9), ('-' * 11), ('-' * 25)
    $rows
}
finally {
    if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
}
