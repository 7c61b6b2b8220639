# What a user does who has just installed the module, in a pwsh and a home of its own. Writes what came out to result.json in the folder.
param([string] $Folder, [string] $Packages)

$ErrorActionPreference = 'Stop'
$result = [ordered] @{}

function Get-ErrorId([scriptblock] $Do) {
    try { $null = & $Do } catch { $_.FullyQualifiedErrorId, $_.Exception.Message }
}

Import-Module QuantPS
$result.Module = (Get-Module QuantPS).ModuleBase
$result.Commands = (Get-Command -Module QuantPS).Count
$result.Help = (Get-Help Install-QuantPSBackend).Synopsis
$result.Topics = @(Get-Help about_QuantPS*).Name
$result.Engine = [QuantPS.Engine.Graph].Assembly.Location

$result.Recipe = @(& "$($result.Module)/Examples/Recipe.ps1" -Train 200 -Test 100 -Duration 0.1) | Out-String
$result.Before = (Get-QuantPSEnvironment).Backend
$null = New-SampleDataset "$Folder/shapes" -Train 40 -Test 20
$float = Get-QuantizedPretrained sample_net -Float
$result.TrainingBefore = Get-ErrorId { $float | Start-QatTraining "$Folder/shapes/train" -Epoch 1 }
$result.LibtorchBefore = Get-ErrorId { $float | Measure-ModelLatency -Engine Libtorch -Duration 0.1 }

if ($Packages) {
    $result.Installed = Install-QuantPSBackend -PackageSource $Packages -PassThru
    $result.Training = "$(($float | Start-QatTraining "$Folder/shapes/train" -Epoch 1).Precision)"
    $result.Libtorch = "$(($float | Measure-ModelLatency -Engine Libtorch -Duration 0.1).Engine)"
    $result.After = Get-QuantPSEnvironment | Select-Object Backend, Problems
}
$result | ConvertTo-Json -Depth 4 | Set-Content "$Folder/result.json"
