#Requires -Version 7.6
# Ctrl+C: every command that takes long ends within a second, and leaves nothing half-written behind.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $manifest = (Get-Module QuantPS).Path
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 400 -Test 400
    $null = New-Item "$folder/work" -ItemType Directory

    # A server that sends the start of a file and then nothing.
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $server = "http://127.0.0.1:$($listener.LocalEndpoint.Port)/"
    $serving = Start-ThreadJob -ArgumentList $listener {
        param($listener)
        $head = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`nContent-Length: 3000000`r`n`r`n")
        try {
            while ($true) {
                $client = $listener.AcceptTcpClient()
                $client.GetStream().Write($head)
                $client.GetStream().Write([byte[]]::new(200000))
                $client
            }
        }
        catch [Net.Sockets.SocketException] { 'The test is over.' }
    }
}

AfterAll {
    $listener.Stop()
    $serving | Wait-Job -Timeout 10 | Remove-Job
}

Describe 'Ctrl+C' {
    It 'ends <what> within a second and leaves nothing behind' -ForEach @(
        @{ what = 'calibration'; do = 'Get-QuantizedPretrained cifar_resnet110 -Float -Untrained | Invoke-StaticQuantization ../shapes/train' }
        @{ what = 'training'; do = 'Get-QuantizedPretrained sample_net -Float | Start-QatTraining ../shapes/train -Epoch 1000 -BatchSize 4' }
        @{ what = 'measuring accuracy'; do = 'Get-QuantizedPretrained cifar_resnet110 -Float -Untrained | Measure-ModelAccuracy ../shapes/test' }
        @{ what = 'measuring latency'; do = 'Get-QuantizedPretrained sample_net -Float | Measure-ModelLatency -Duration 600' }
        @{ what = 'drawing the layers'; do = 'Get-QuantizedPretrained sample_net -Float | Format-QuantModel -Duration 600' }
        @{ what = 'comparing'; do = '$m = Get-QuantizedPretrained cifar_resnet110 -Float -Untrained; $m | Compare-QuantModel $m -Data ../shapes/test -LayerSampleCount 400' }
        @{ what = 'histograms'; do = 'Get-QuantizedPretrained cifar_resnet110 -Float -Untrained | Export-QuantHistogram ./a.html -Data ../shapes/test -First 400' }
        @{ what = 'a download'; do = 'Get-QuantizedPretrained resnet18 -CachePath . -Mirror SERVER -NoProxy'; leaves = '*.pth.*' }
        @{ what = 'drawing data'; do = 'New-SampleDataset ./drawn -Train 500000 -Test 10' }
    ) {
        $shell = [powershell]::Create().AddScript("Import-Module '$manifest'; Set-Location '$folder/work'; $($do.Replace('SERVER', $server))")
        try {
            $running = $shell.BeginInvoke()
            $waiting = [Diagnostics.Stopwatch]::StartNew()
            while ($shell.Streams.Progress.Count -eq 0 -and $waiting.Elapsed.TotalSeconds -lt 60 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 20 }
            $shell.Streams.Progress.Count | Should -BeGreaterThan 0
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 1
            $shell.InvocationStateInfo.State | Should -Be Stopped
            Get-ChildItem "$folder/work" -Force | Where-Object { -not $leaves -or $_.Name -notlike $leaves } | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose(); Get-ChildItem "$folder/work" -Force | Remove-Item -Recurse -Force }
    }

    It 'ends the reading of a large file' {
        $null = Get-QuantizedPretrained resnet50 -Float -Untrained | Export-QuantModel "$folder/large.pth"
        $shell = [powershell]::Create().AddScript("Import-Module '$manifest'; 'ready'; while (`$true) { `$null = Import-QuantModel '$folder/large.pth' -Architecture resnet50 }")
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        try {
            $null = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]$null, $output)
            while ($output.Count -eq 0) { Start-Sleep -Milliseconds 20 }
            Start-Sleep -Milliseconds 150
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 1
        }
        finally { $shell.Dispose(); Remove-Item "$folder/large.pth" }
    }
}

Describe 'Progress' {
    It 'says how long it will take, and ends' {
        $shell = [powershell]::Create().AddScript("Import-Module '$manifest'; Get-QuantizedPretrained sample_net -Float | Measure-ModelLatency -Duration 2.5")
        try {
            $null = $shell.Invoke()
            $records = @($shell.Streams.Progress)
            $records.SecondsRemaining | Should -Contain 1
            $records[-1].RecordType | Should -Be Completed
        }
        finally { $shell.Dispose() }
    }

    It 'ends where the work ends in an error' {
        Copy-Item "$folder/shapes/test" "$folder/broken" -Recurse
        Set-Content (Get-ChildItem "$folder/broken" -Recurse -File)[-1] 'no image'
        $shell = [powershell]::Create().AddScript("Import-Module '$manifest'; Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelAccuracy '$folder/broken' -ErrorAction Stop")
        try {
            { $shell.Invoke() } | Should -Throw
            $records = @($shell.Streams.Progress)
            $records.Count | Should -BeGreaterThan 1
            $records[-1].RecordType | Should -Be Completed
        }
        finally { $shell.Dispose() }
    }
}
