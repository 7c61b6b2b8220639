#Requires -Version 7.6
<#
.SYNOPSIS
    Builds the module into bin/QuantPS, where QuantPS.psd1 finds it.
.PARAMETER Configuration
    Release, or Debug.
.PARAMETER Clean
    Removes what earlier builds left before building.
.PARAMETER Test
    Runs both suites after the build: xunit, and Pester.
#>
[CmdletBinding()]
param(
    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',
    [switch] $Clean,
    [switch] $Test
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

if ($Clean) {
    Get-ChildItem -LiteralPath $PSScriptRoot/src, $PSScriptRoot/tests -Directory |
        ForEach-Object { Join-Path $_ bin; Join-Path $_ obj } |
        Where-Object { Test-Path -LiteralPath $_ } |
        Remove-Item -Recurse -Force
    if (Test-Path -LiteralPath $PSScriptRoot/bin) { Remove-Item -LiteralPath $PSScriptRoot/bin -Recurse -Force }
}

foreach ($project in 'QuantPS', 'QuantPS.Media', 'QuantPS.Text', 'QuantPS.Torch') {
    dotnet publish "$PSScriptRoot/src/$project" --configuration $Configuration
}

if ($Test) {
    dotnet test "$PSScriptRoot/QuantPS.sln" --configuration $Configuration
    pwsh -NoProfile -NonInteractive -File "$PSScriptRoot/tests/Pester/Run.ps1"
}
