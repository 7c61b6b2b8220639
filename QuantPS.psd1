@{
    RootModule           = 'bin/QuantPS/QuantPS.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6e1f0c4e-9a57-4b7a-8c0d-0a3c6e1f52b9'
    Author               = 'QuantPS contributors'
    CompanyName          = 'QuantPS'
    Copyright            = '(c) QuantPS contributors.'
    Description          = 'Quantizes neural networks to int8 and runs them, at the prompt and in scripts: dynamic and static quantization, quantization-aware training, and measures of size, accuracy and latency.'
    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.6'
    FormatsToProcess     = @('bin/QuantPS/QuantPS.Format.ps1xml')
    TypesToProcess       = @('bin/QuantPS/QuantPS.Types.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Assert-QuantModelGate'
        'Compare-QuantModel'
        'Export-QuantModel'
        'Export-QuantModelBaseline'
        'Export-QuantHistogram'
        'Export-QuantReport'
        'Export-TrainingReport'
        'Format-QuantModel'
        'Get-QuantizedPretrained'
        'Get-QuantPSEnvironment'
        'Import-ImageDataset'
        'Import-QuantModel'
        'Install-QuantPSBackend'
        'Invoke-DynamicQuantization'
        'Invoke-QuantModel'
        'Invoke-StaticQuantization'
        'Measure-ModelAccuracy'
        'Measure-ModelLatency'
        'Measure-ModelSize'
        'New-SampleDataset'
        'Publish-QuantResult'
        'Start-QatTraining'
        'Test-QuantModelGate'
        'Uninstall-QuantPSBackend'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags = @('quantization', 'int8', 'neural-network', 'machine-learning', 'inference', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
        }
    }
}
