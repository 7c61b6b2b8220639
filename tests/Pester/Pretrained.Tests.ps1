#Requires -Version 7.6
# The catalogue of published weights, and what happens before a download.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $cache = (Get-Item TestDrive:).FullName
}

Describe 'Get-QuantizedPretrained -ListAvailable' {
    It 'lists the 14 quantized files of torchvision' {
        $quantized = Get-QuantizedPretrained -ListAvailable | Where-Object Url -Match '/quantized/'
        $quantized.Count | Should -Be 14
        $quantized | ForEach-Object { $_.Top1 | Should -BeGreaterThan 50; $_.SizeMB | Should -BeGreaterThan 1; $_.Backend | Should -Not -BeNullOrEmpty }
    }

    It 'tells int8 weights by their backend' {
        (Get-QuantizedPretrained -ListAvailable | Where-Object Backend).Count | Should -Be 14
        (Get-QuantizedPretrained -ListAvailable | Where-Object Backend -EQ fbgemm).Count | Should -Be 12
    }

    It 'takes wildcards for networks and for weights' {
        (Get-QuantizedPretrained resnext* -ListAvailable -Weights *_V2).Weights | Should -Be IMAGENET1K_FBGEMM_V2, IMAGENET1K_V2
    }

    It 'says what is on this machine' {
        (Get-QuantizedPretrained sample_net -ListAvailable).Cached | Should -BeTrue
        Get-QuantizedPretrained resnet18 -ListAvailable -CachePath $cache | ForEach-Object { $_.Cached | Should -BeFalse }
        $null = New-Item "$cache/resnet18_fbgemm_16fa66dd.pth"
        (Get-QuantizedPretrained resnet18 -ListAvailable -CachePath $cache -Weights *FBGEMM*).Cached | Should -BeTrue
    }

    It 'can be sorted and piped on' {
        $best = Get-QuantizedPretrained -ListAvailable | Where-Object Float -EQ $false | Sort-Object Top1 | Select-Object -Last 1
        $best.Name | Should -Be resnext101_64x4d
        $best | Get-QuantizedPretrained -WhatIf -CachePath $cache | Should -BeNullOrEmpty
        Get-ChildItem $cache -Filter resnext* | Should -BeNullOrEmpty
    }
}
