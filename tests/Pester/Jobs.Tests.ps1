#Requires -Version 7.6
# Models across the borders of a process, and in the background within one.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $manifest = (Get-Module QuantPS).Path
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 20 -Test 20
    $float = Get-QuantizedPretrained sample_net -Float
    $int8 = $float | Invoke-StaticQuantization "$folder/shapes/train"
}

Describe 'Export-Clixml' {
    BeforeAll {
        $int8 | Export-Clixml "$folder/summary.xml"
        $summary = Import-Clixml "$folder/summary.xml"
    }

    It 'writes a summary, no weights' {
        (Get-Item "$folder/summary.xml").Length | Should -BeLessThan 100kb
        $summary.PSTypeNames | Should -Contain Deserialized.QuantPS.QuantModel
        $summary.PSObject.Properties.Name | Should -Not -Contain Graph
    }

    It 'keeps what the model was' {
        foreach ($name in 'Name', 'Architecture', 'ParameterCount', 'QuantizedFraction', 'FloatBytes') { $summary.$name | Should -Be $int8.$name }
        $summary.Precision | Should -Be Int8
        $summary.Backend | Should -Be X86
        $summary.History.Name | Should -Be $int8.History.Name
        $summary.History[-1].Settings.SampleCount | Should -Be 20
        $summary.Layers.Module | Should -Be $int8.Layers.Module
        $summary.Layers.Scale | Should -Be $int8.Layers.Scale
    }

    It 'leaves the views as they are' {
        ($summary | Out-String).Trim() | Should -Be ($int8 | Out-String).Trim()
        ($summary.Layers | Out-String).Trim() | Should -Be ($int8.Layers | Out-String).Trim()
        $summary | Format-List | Out-String | Should -Match 'layer1\.0\.conv1 conv2d_relu'
    }

    It 'gives nothing that could be run' {
        { $summary | Measure-ModelSize -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound,*'
    }
}

Describe 'Jobs' {
    It 'of another process give the summary, and the file brings the model' {
        $job = Start-Job -ArgumentList $manifest, $folder {
            param($manifest, $folder)
            Import-Module $manifest
            $model = Get-QuantizedPretrained sample_net -Float | Invoke-StaticQuantization "$folder/shapes/train"
            $null = $model | Export-QuantModel "$folder/job.pth"
            $model
        }
        $summary = $job | Receive-Job -Wait -AutoRemoveJob
        $summary.Precision | Should -Be Int8
        $summary -is [QuantPS.QuantModel] | Should -BeFalse
        (Import-QuantModel "$folder/job.pth" -Architecture sample_net).ParameterCount | Should -Be $summary.ParameterCount
    }

    It 'of Start-ThreadJob give the model itself' {
        $job = Start-ThreadJob -ArgumentList $manifest, $folder, $float {
            param($manifest, $folder, $float)
            Import-Module $manifest
            $float | Invoke-StaticQuantization "$folder/shapes/train"
        }
        $model = $job | Receive-Job -Wait -AutoRemoveJob
        $model -is [QuantPS.QuantModel] | Should -BeTrue
        ($model | Measure-ModelAccuracy "$folder/shapes/test").Loss | Should -Be ($int8 | Measure-ModelAccuracy "$folder/shapes/test").Loss
    }

    It 'of Start-ThreadJob stop as Ctrl+C does' {
        $job = Start-ThreadJob -ArgumentList $manifest, $float {
            param($manifest, $float)
            Import-Module $manifest
            'started'
            $float | Measure-ModelLatency -Duration 600
        }
        while (-not $job.HasMoreData) { Start-Sleep -Milliseconds 50 }
        Start-Sleep -Milliseconds 500
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $job | Stop-Job
        $job.State | Should -Be Stopped
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 2
        $job | Remove-Job
    }
}
