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
.PARAMETER Package
    Makes the module folder and the package of the module in bin/package, and fails where the package is over 15 MB.
.PARAMETER Platform
    The platforms that the package is for: linux-x64, win-x64 and osx-arm64, or others that the library for images is published for.
#>
[CmdletBinding()]
param(
    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',
    [switch] $Clean,
    [switch] $Test,
    [switch] $Package,
    [string[]] $Platform
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

if ($Package) {
    $platforms = if ($Platform) { @{ Platform = $Platform } } else { @{} }
    & "$PSScriptRoot/src/Package.ps1" @platforms
}
