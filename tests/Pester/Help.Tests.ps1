#Requires -Version 7.6
# Help as Get-Help shows it, and its examples as a user would run them.

BeforeDiscovery {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $commands = Get-Command -Module QuantPS | ForEach-Object { @{ Name = $_.Name } }
    $examples = foreach ($command in Get-Command -Module QuantPS) {
        $number = 0
        foreach ($example in (Get-Help $command.Name -Full).examples.example) {
            @{ Name = $command.Name; Number = ++$number; Code = $example.code }
        }
    }
}

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
}

Describe 'Get-Help <Name>' -ForEach $commands {
    BeforeAll { $help = Get-Help $Name -Full }

    It 'says what it does, at length, with an example and links' {
        $help.Synopsis | Should -Not -BeLike "$Name *"
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterThan 0
        $help.relatedLinks.navigationLink.linkText | Should -Not -BeNullOrEmpty
    }

    It 'describes every parameter' {
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($parameter in (Get-Command $Name).Parameters.Keys.Where({ $_ -notin $common })) {
            ($help.parameters.parameter | Where-Object name -EQ $parameter).description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }

    It 'has an output type for what it says it returns' {
        (Get-Command $Name).OutputType.Count | Should -BeGreaterThan 0
    }
}

Describe 'Example <Number> of <Name>' -ForEach $examples {
    It 'runs' {
        Push-Location TestDrive:
        try {
            $ErrorActionPreference = 'Stop'
            { . ([scriptblock]::Create($Code)) | Out-Null } | Should -Not -Throw
        }
        finally { Pop-Location; Get-ChildItem TestDrive: | Remove-Item -Recurse -Force }
    }
}

Describe 'Get-Help about_QuantPS' {
    It 'is there' {
        Get-Help about_QuantPS | Out-String | Should -Match 'Invoke-StaticQuantization'
    }
}
