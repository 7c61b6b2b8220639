<#
.SYNOPSIS
Trains the small network that ships with the module: draws its images, trains it in float, and writes its weights.

.DESCRIPTION
One thread and one seed give the same weights again on the same machine. The images of New-SampleDataset's own seed (0) are not
among those that the network learns from, so that they measure it.

.PARAMETER Path
The file to write, a PyTorch state dict; by default the one that ships with the module.

.PARAMETER Train
The number of images to train on.

.PARAMETER Test
The number of images to measure each epoch on.

.PARAMETER Epoch
How often all training images are seen.

.PARAMETER Seed
The seed of the images, the first weights and the order of training.
#>
[CmdletBinding()]
param(
    [string] $Path = [IO.Path]::Combine($PSScriptRoot, '..', 'Data', 'sample_net.pth'),
    [int] $Train = 6000,
    [int] $Test = 2000,
    [int] $Epoch = 8,
    [ulong] $Seed = 1
)

$ErrorActionPreference = 'Stop'
$shapes = [IO.Path]::Combine([IO.Path]::GetTempPath(), [IO.Path]::GetRandomFileName())
try {
    $null = New-SampleDataset -Path $shapes -Train $Train -Test $Test -Seed $Seed
    $training = @{
        TrainingData = [IO.Path]::Combine($shapes, 'train')
        ValidationData = [IO.Path]::Combine($shapes, 'test')
        Optimizer = 'Adam'
        LearningRate = 0.002
        Epoch = $Epoch
        Seed = $Seed
        Threads = 1
    }
    $model = Get-QuantizedPretrained sample_net -Untrained -Float -Seed $Seed | Start-QatTraining @training -Float
    $model.History[-1].Records
    $model | Export-QuantModel -Path $Path -Force
}
finally {
    if ([IO.Directory]::Exists($shapes)) { [IO.Directory]::Delete($shapes, $true) }
}
