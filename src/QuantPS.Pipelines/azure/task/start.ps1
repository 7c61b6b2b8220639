# What the task runs in pwsh; its inputs are in the environment.
$ErrorActionPreference = 'Stop'
$module = Import-Module $env:QUANTPS_INPUT_MODULE -PassThru
& ([System.IO.Path]::Join([System.IO.Path]::GetDirectoryName($module.Path), 'Pipelines', 'Quantize.ps1'))
exit $LASTEXITCODE
