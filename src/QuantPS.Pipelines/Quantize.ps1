#Requires -Version 7.6

<#
.SYNOPSIS
    Quantizes a model in a pipeline, holds it to limits, and tells the pipeline of it.
.DESCRIPTION
    The script behind the steps template and the task for Azure Pipelines and the action for GitHub. Its inputs are environment variables,
    so that no value of theirs is ever run as code: QUANTPS_INPUT_ and the name of the input in capitals, as in QUANTPS_INPUT_MAXACCURACYDROP.
    One that is empty counts as not given.

    It writes the int8 model and, beside it, report.md, report.html, report.json and gates.xml, in the format of JUnit. They are artifacts of the run;
    the report is its summary page, the figures are its variables, and each gate that is not passed is an error or a warning. The exit code is 1 where a
    hard limit is not kept, and then the model is not written; or where something else goes wrong.
.EXAMPLE
    $env:QUANTPS_INPUT_MODEL = 'sample_net'
    $env:QUANTPS_INPUT_METHOD = 'dynamic'
    $env:QUANTPS_INPUT_MINRATIO = '1.5'
    $env:QUANTPS_INPUT_OUTPUT = './out/sample_net.pth'
    & "$(Split-Path (Get-Module QuantPS).Path)/Pipelines/Quantize.ps1"
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# Only what is given, so that the defaults of the commands are the defaults here.
function Select-Input([System.Collections.IDictionary] $Parameters) {
    $given = @{}
    foreach ($parameter in $Parameters.Keys) {
        $value = [Environment]::GetEnvironmentVariable("QUANTPS_INPUT_$($Parameters[$parameter].ToUpperInvariant())")
        if ($value) { $given[$parameter] = $value }
    }
    $given
}

function New-InputError([string] $Id, [string] $Message) {
    [System.Management.Automation.ErrorRecord]::new([System.ArgumentException]::new($Message), $Id, 'InvalidArgument', $null)
}

$succeeded = $false
try {
    $own = Select-Input @{ Model = 'model'; Method = 'method'; Output = 'output'; ArtifactName = 'artifactName'; Tag = 'tag' }
    foreach ($name in 'Model', 'Output') {
        if (-not $own[$name]) { throw New-InputError InputMissing "The input '$($name.ToLowerInvariant())' is not given." }
    }
    if ($own.Method -and $own.Method -notin 'static', 'dynamic') { throw New-InputError InputInvalid "The method is '$($own.Method)'. It is static or dynamic." }
    $import = Select-Input @{ Architecture = 'architecture' }
    $static = Select-Input @{ CalibrationData = 'calibrationData'; SampleCount = 'sampleCount'; Backend = 'backend' }
    $compare = Select-Input @{ Data = 'testData'; VocabularyPath = 'vocabulary'; Duration = 'duration' }
    $limits = Select-Input @{
        MaxAccuracyDrop = 'maxAccuracyDrop'; MinAccuracy = 'minAccuracy'; MaxPerplexityRatio = 'maxPerplexityRatio'; MaxSizeMB = 'maxSizeMB'
        MinRatio = 'minRatio'; MaxLatencyRatio = 'maxLatencyRatio'; MinLayerSqnr = 'minLayerSqnr'; Baseline = 'baseline'
    }

    $path = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($own.Output)
    $folder = [System.IO.Path]::GetDirectoryName($path)
    Publish-QuantResult -PercentComplete 0 -Activity 'Reading the model' -Variable @{ folder = $folder }
    $float = if ([System.IO.Path]::Exists($PSCmdlet.GetUnresolvedProviderPathFromPSPath($own.Model))) { Import-QuantModel -LiteralPath $own.Model @import } else { Get-QuantizedPretrained $own.Model -Float }

    Publish-QuantResult -PercentComplete 10 -Activity 'Quantizing'
    if (-not $own.Method -or $own.Method -eq 'static') {
        if (-not $static.CalibrationData) {
            throw New-InputError InputMissing "The input 'calibrationData' is not given: static quantization needs images. Or take the method dynamic."
        }
        $int8 = $float | Invoke-StaticQuantization @static
    }
    else { $int8 = $float | Invoke-DynamicQuantization }

    Publish-QuantResult -PercentComplete 40 -Activity 'Comparing with the float model'
    $comparison = $int8 | Compare-QuantModel $float @compare
    $gates = @(if ($limits.Count) { $comparison | Test-QuantModelGate -Detailed @limits })
    $comparison | Out-Default
    $gates | Out-Default

    Publish-QuantResult -PercentComplete 90 -Activity 'Writing the results'
    $null = [System.IO.Directory]::CreateDirectory($folder)
    $reports = foreach ($name in 'report.md', 'report.html', 'report.json', 'gates.xml') { [System.IO.Path]::Join($folder, $name) }
    # Without limits there are no gates, and no test cases: nobody is to be warned of that.
    $null = @($comparison; $gates) | Export-QuantReport -Path $reports -Force -WarningAction ($limits.Count ? 'Continue' : 'Ignore')
    $succeeded = $gates.Passed -notcontains $false
    $publish = @{ Summary = $reports[0]; Artifact = $reports }
    if ($succeeded) {
        $null = $int8 | Export-QuantModel -LiteralPath $path -Force
        $publish.Variable = @{ model = $path }
        $publish.Artifact = @($path) + $reports
    }
    if ($own.ArtifactName) { $publish.ArtifactName = $own.ArtifactName }
    if ($own.Tag) { $publish.Tag = $own.Tag }
    @($comparison; $gates) | Publish-QuantResult @publish
}
catch {
    $succeeded = $false
    $_ | Publish-QuantResult
}
exit [int](-not $succeeded)
