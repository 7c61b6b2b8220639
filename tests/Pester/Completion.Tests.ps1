#Requires -Version 7.6
# What Tab offers.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    function Get-Completion([string] $line) { (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches }
}

Describe 'Tab' {
    It 'completes <line> to <text>' -ForEach @(
        @{ line = 'Get-QuantizedPretrained mob'; text = 'mobilenet_v2' }
        @{ line = 'Get-QuantizedPretrained -Name cifar_resnet4'; text = 'cifar_resnet44' }
        @{ line = 'Get-QuantizedPretrained resnet50 -Weights '; text = 'IMAGENET1K_FBGEMM_V2' }
        @{ line = 'Import-QuantModel x.pth -Architecture resnet5'; text = 'resnet50' }
        @{ line = 'Invoke-StaticQuantization x -Backend qnn'; text = 'Qnnpack' }
        @{ line = 'Invoke-StaticQuantization x -ActivationObserver Hist'; text = 'Histogram' }
        @{ line = 'Measure-ModelLatency -InstructionSet av'; text = 'Avx2' }
    ) {
        (Get-Completion $line).CompletionText | Should -Contain $text
    }

    It 'says of each network what it is' {
        (Get-Completion 'Get-QuantizedPretrained resnet1')[0].ToolTip | Should -Match 'ResNet'
    }

    It 'says of a folder of images how many classes are in it, and offers variables first' {
        $data = Join-Path (Get-Item TestDrive:).FullName shapes
        $null = New-SampleDataset $data -Train 10 -Test 10
        $global:shapesOfTab = Import-ImageDataset $data/test
        try {
            (Get-Completion "Measure-ModelAccuracy -Data $data/te").ToolTip | Should -BeLike "$data*test: 10 folders (*"
            (Get-Completion 'Measure-ModelAccuracy -Data ')[0].ToolTip | Should -Be 'test: 10 images of 10 classes'
        }
        finally { Remove-Variable shapesOfTab -Scope Global }
    }

    It 'offers nothing for a name that nothing begins with' {
        Get-Completion 'Get-QuantizedPretrained zzz' | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
    }
}
