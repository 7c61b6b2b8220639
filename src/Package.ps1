#Requires -Version 7.6
<#
.SYNOPSIS
    Makes the module folder and the package that Publish-PSResource and Install-PSResource take, from what was built.
.DESCRIPTION
    The package has everything but the training backend, which Install-QuantPSBackend fetches. It holds the library for images of each
    platform. What is compiled ahead of time for the machine at hand goes in as far as it fits, the engine first.
.PARAMETER Path
    The folder for both: QuantPS and the .nupkg file.
.PARAMETER Platform
    The platforms whose library for images goes in.
.PARAMETER LimitMB
    How large the package may be, in decimal megabytes.
#>
[CmdletBinding()]
param(
    [string] $Path = "$PSScriptRoot/../bin/package",
    [ValidateSet('linux-x64', 'linux-arm64', 'linux-musl-x64', 'linux-musl-arm64', 'win-x64', 'win-arm64', 'osx-x64', 'osx-arm64')]
    [string[]] $Platform = @('linux-x64', 'win-x64', 'osx-arm64'),
    [double] $LimitMB = 15
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest

$root = [System.IO.Path]::GetFullPath("$PSScriptRoot/..")
$built = Join-Path $root bin QuantPS
$folder = Join-Path ([System.IO.Path]::GetFullPath($Path)) QuantPS
$msbuild = dotnet msbuild "$PSScriptRoot/QuantPS.Media" -nologo -getProperty:NuGetPackageRoot -getItem:PackageVersion | ConvertFrom-Json
$nuget = $msbuild.Properties.NuGetPackageRoot

# The part of a universal Mach-O file that is for one processor; each part has its own signature. A file for one is what it is.
function Select-MachOPart([byte[]] $File, [uint32] $Processor) {
    $number = { param($at) [System.Buffers.Binary.BinaryPrimitives]::ReadUInt32BigEndian([byte[]] $File[$at..($at + 3)]) }
    if ((& $number 0) -ne 0xCAFEBABEL) { return , $File }
    for ($part = 0; $part -lt (& $number 4); $part++) {
        $at = 8 + 20 * $part
        if ((& $number $at) -ne $Processor) { continue }
        $bytes = [byte[]]::new((& $number ($at + 12)))
        [System.Array]::Copy($File, (& $number ($at + 8)), $bytes, 0, $bytes.Length)
        return , $bytes
    }
    throw "The library for macOS has no part for the processor $Processor."
}

# What the loader reads of an ELF file: all but the symbols for debuggers and the table of sections, which lie behind it.
function Select-ElfSegment([byte[]] $File) {
    $programHeaders, $size, $count = [System.BitConverter]::ToInt64($File, 32), [System.BitConverter]::ToUInt16($File, 54), [System.BitConverter]::ToUInt16($File, 56)
    $end = 0..($count - 1) | ForEach-Object {
        $at = $programHeaders + $size * $_
        [System.BitConverter]::ToInt64($File, $at + 8) + [System.BitConverter]::ToInt64($File, $at + 32)
    } | Measure-Object -Maximum
    $bytes = [byte[]] $File[0..($end.Maximum - 1)]
    [System.Array]::Clear($bytes, 40, 8)
    [System.Array]::Clear($bytes, 60, 4)
    , $bytes
}

function Copy-ImageLibrary([string] $Platform) {
    $system, $package = switch -Wildcard ($Platform) {
        'win-*' { 'Windows', 'SkiaSharp.NativeAssets.Win32' }
        'osx-*' { 'macOS', 'SkiaSharp.NativeAssets.macOS' }
        default { 'Linux', 'SkiaSharp.NativeAssets.Linux.NoDependencies' }
    }
    $version = $msbuild.Items.PackageVersion.Where({ $_.Identity -eq $package }).Version
    $natives = Join-Path $nuget $package.ToLowerInvariant() $version runtimes ($system -eq 'macOS' ? 'osx' : $Platform) native
    $library = Get-ChildItem -Path (Join-Path $natives 'libSkiaSharp.*') -Include *.so, *.dll, *.dylib
    $bytes = [System.IO.File]::ReadAllBytes($library.FullName)
    if ($system -eq 'Linux') { $bytes = Select-ElfSegment $bytes }
    if ($system -eq 'macOS') { $bytes = Select-MachOPart $bytes ($Platform -eq 'osx-arm64' ? 0x0100000C : 0x01000007) }
    $target = New-Item -ItemType Directory -Path (Join-Path $folder bridges Media $Platform)
    [System.IO.File]::WriteAllBytes((Join-Path $target $library.Name), $bytes)
}

# The licence and notices of each package whose files go in; where it brings no such file, its description, which names the licence.
function Copy-License {
    $packages = foreach ($bridge in 'Media', 'Text') {
        (Get-Content (Join-Path $built bridges $bridge "QuantPS.$bridge.deps.json") -Raw | ConvertFrom-Json -AsHashtable).libraries.GetEnumerator().Where({ $_.Value.type -eq 'package' }).Key
    }
    foreach ($package in $packages | Sort-Object -Unique) {
        $from = Join-Path $nuget $package.ToLowerInvariant()
        $files = @(Get-ChildItem $from -File | Where-Object Name -Match '^(license|third-party-notices)')
        if (-not $files) { $files = @(Get-ChildItem (Join-Path $from '*.nuspec')) }
        $target = New-Item -ItemType Directory -Path (Join-Path $folder licenses $package.Replace('/', '.'))
        $files | Copy-Item -Destination $target
    }
}

function Copy-Module {
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
    $files = '*.dll', '*.psm1', '*.ps1xml', 'QuantPS.Topics.psd1', 'Data/*', 'Examples/*', 'Pipelines/*.ps1', 'Pipelines/*/*.yml', 'en-US/*', 'bridges/Media/*.dll', 'bridges/Text/*.dll', 'bridges/Torch/QuantPS.Torch.dll'
    foreach ($file in $files.ForEach({ Join-Path $built $_ }) | Get-Item | Where-Object Name -NE libSkiaSharp.dll) {
        $target = Join-Path $folder ([System.IO.Path]::GetRelativePath($built, $file.DirectoryName))
        $null = [System.IO.Directory]::CreateDirectory($target)
        Copy-Item -LiteralPath $file.FullName -Destination $target
    }
    # In the repository the manifest stands apart from what is built; here it stands beside.
    $manifest = [System.IO.File]::ReadAllText((Join-Path $root QuantPS.psd1)).Replace('bin/QuantPS/', '')
    [System.IO.File]::WriteAllText((Join-Path $folder QuantPS.psd1), $manifest)
    $Platform.ForEach({ Copy-ImageLibrary $_ })
    Copy-License
}

# What PowerShell's own publishing writes from a manifest, and the names of the cmdlets, which Find-PSResource looks for.
function Write-Nuspec([hashtable] $Manifest, [string] $File) {
    $tags = @('PSModule', 'PSIncludes_Cmdlet') + $Manifest.PrivateData.PSData.Tags + $Manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_"; "PSCommand_$_" })
    $namespace = [System.Xml.Linq.XNamespace] 'http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd'
    $metadata = [System.Xml.Linq.XElement]::new($namespace + 'metadata')
    $values = [ordered] @{
        id = 'QuantPS'; version = $Manifest.ModuleVersion; authors = $Manifest.Author; owners = $Manifest.CompanyName; requireLicenseAcceptance = 'false'
        description = $Manifest.Description; copyright = $Manifest.Copyright; tags = $tags -join ' '
    }
    foreach ($value in $values.GetEnumerator()) { $metadata.Add([System.Xml.Linq.XElement]::new($namespace + $value.Key, [string] $value.Value)) }
    [System.Xml.Linq.XElement]::new($namespace + 'package', $metadata).Save($File)
}

function New-Package {
    $manifest = Import-PowerShellDataFile (Join-Path $folder QuantPS.psd1)
    $nuspec = Join-Path (Split-Path $folder) QuantPS.nuspec
    Write-Nuspec $manifest $nuspec
    dotnet pack "$PSScriptRoot/QuantPS" --no-build --configuration Release --output (Split-Path $folder) `
        "-p:NuspecFile=$nuspec" "-p:NuspecBasePath=$folder" -p:NoPackageAnalysis=true -p:IsPackable=true -nologo -v:quiet | Out-Host
    Remove-Item -LiteralPath $nuspec
    Join-Path (Split-Path $folder) "QuantPS.$($manifest.ModuleVersion).nupkg"
}

function Add-Entry([System.IO.Compression.ZipArchive] $Archive, [string] $Name, [byte[]] $Bytes) {
    $stream = $Archive.CreateEntry($Name, [System.IO.Compression.CompressionLevel]::SmallestSize).Open()
    try { $stream.Write($Bytes, 0, $Bytes.Length) } finally { $stream.Dispose() }
}

# NuGet compresses for speed, and this for size. What is compiled ahead of time is added as far as it fits.
function Compress-Package([string] $Package) {
    $draft = "$Package.draft"
    $source = [System.IO.Compression.ZipFile]::OpenRead($Package)
    $file = [System.IO.File]::Create($draft)
    $target = [System.IO.Compression.ZipArchive]::new($file, 'Create')
    try {
        foreach ($entry in $source.Entries) {
            $bytes = [System.IO.MemoryStream]::new()
            $stream = $entry.Open()
            try { $stream.CopyTo($bytes) } finally { $stream.Dispose() }
            Add-Entry $target $entry.FullName $bytes.ToArray()
        }
        foreach ($name in 'QuantPS.Engine.dll', 'QuantPS.Core.dll') {
            foreach ($compiled in $Platform.ForEach({ "$_/$name" }).Where({ Test-Path (Join-Path $built $_) })) {
                $bytes = [System.IO.File]::ReadAllBytes((Join-Path $built $compiled))
                $trial = [System.IO.MemoryStream]::new()
                $archive = [System.IO.Compression.ZipArchive]::new($trial, 'Create')
                try { Add-Entry $archive $compiled $bytes } finally { $archive.Dispose() }
                if ($file.Length + $trial.ToArray().Length + $DirectoryLength -gt $LimitMB * 1e6) { continue }
                Add-Entry $target $compiled $bytes
                $null = New-Item -ItemType Directory -Force (Join-Path $folder (Split-Path $compiled))
                Copy-Item -LiteralPath (Join-Path $built $compiled) -Destination (Join-Path $folder $compiled)
            }
        }
    }
    finally {
        $target.Dispose()
        $source.Dispose()
    }
    [System.IO.File]::Move($draft, $Package, $true)
}

# More than the directory at the end of the archive takes.
$DirectoryLength = 20000

Copy-Module
$package = New-Package
Compress-Package $package
$length = (Get-Item -LiteralPath $package).Length
$compiled = (Get-ChildItem -LiteralPath $folder -Recurse -Filter QuantPS.*.dll | Where-Object { $_.Directory.Name -in $Platform }).ForEach({ "$($_.Directory.Name)/$($_.Name)" })
$summary = '{0}: {1:0.00} MB of {2:0.00}, for {3}; compiled ahead of time: {4}' -f $package, ($length / 1e6), $LimitMB, ($Platform -join ', '), ($compiled ? $compiled -join ', ' : 'nothing')
if ($length -gt $LimitMB * 1e6) { throw "$summary. It is too large." }
Write-Information $summary -InformationAction Continue
Get-Item -LiteralPath $package
