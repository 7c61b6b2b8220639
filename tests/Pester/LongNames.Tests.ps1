#Requires -Version 7.6
# Default views at 120 columns, with names longer than any column.

BeforeDiscovery {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $types = Get-Command -Module QuantPS | ForEach-Object OutputType | ForEach-Object Type |
        Where-Object { $_.Assembly.GetName().Name -like 'QuantPS*' } | Sort-Object FullName -Unique | ForEach-Object { @{ type = $_.FullName } }
}

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $env:NO_COLOR = '1'
    $folder = (Get-Item TestDrive:).FullName
    $long = 'a_rather_long_name_of_the_kind_that_comes_out_of_hyperparameter_sweeps_lr_0.001_seed_42'
    $null = New-SampleDataset "$folder/$long" -Train 20 -Test 20
    $null = Get-QuantizedPretrained sample_net -Float | Export-QuantModel "$folder/$long.pth"
    $model = Import-QuantModel "$folder/$long.pth" -Architecture sample_net
    $int8 = $model | Invoke-StaticQuantization "$folder/$long/train" -SkipModule layer2.0.downsample.0
    Copy-Item (Get-ChildItem "$folder/$long/test" -Recurse -File)[0] "$folder/$long.png"
    $bert = Get-QuantizedPretrained bert_tiny -Float -Untrained
    $null = New-Item "$folder/bert" -ItemType Directory
    $null = $bert | Export-QuantModel "$folder/bert/model.safetensors"
    Set-Content "$folder/bert/vocab.txt" '[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'film'
    $bert = Import-QuantModel "$folder/bert"

    # An object of each type that comes out of a command, with long names wherever it has names.
    $make = @{
        'QuantPS.QuantModel'                      = { $model, $int8 }
        'QuantPS.ModelStep'                       = { $int8.History }
        'QuantPS.Analysis.LayerInfo'              = { $bert.Layers }
        'QuantPS.Analysis.LayerProfile'           = { $bert, $int8 | Format-QuantModel -Duration 0.05 }
        'QuantPS.Analysis.ModelSize'              = { $model, $int8 | Measure-ModelSize }
        'QuantPS.Analysis.ModuleSize'             = { $bert | Measure-ModelSize -Detailed }
        'QuantPS.Analysis.AccuracyReport'         = { $model, $int8 | Measure-ModelAccuracy "$folder/$long/test" }
        'QuantPS.Analysis.PerplexityReport'       = { [QuantPS.Analysis.PerplexityReport]::new($long, 'DynamicInt8', 366.392, 5.9037, 241211, 'Character', 0, "$long.txt") }
        'QuantPS.Analysis.LatencyReport'          = { $model, $int8 | Measure-ModelLatency -Duration 0.02 }
        'QuantPS.Analysis.Prediction'             = { $model | Invoke-QuantModel "$folder/$long.png" }
        'QuantPS.Analysis.TextPrediction'         = { $bert | Invoke-QuantModel -Text ('a film, ' * 40) }
        'QuantPS.Analysis.ModelComparison'        = { $int8 | Compare-QuantModel $model -Data "$folder/$long/test" -Duration 0.05 }
        'QuantPS.Analysis.LayerDifference'        = { ($int8 | Compare-QuantModel $model -Data "$folder/$long/test" -Part Layers).Layers }
        'QuantPS.Analysis.QuantEnvironment'       = { Get-QuantPSEnvironment }
        'QuantPS.Commands.AvailableWeights'       = { Get-QuantizedPretrained -ListAvailable }
        'QuantPS.Data.ImageDataset'               = { Import-ImageDataset "$folder/$long/test" }
        'QuantPS.Gates.GateResult'                = { $int8 | Test-QuantModelGate -MaxSizeMB 0.1 -SoftLimit @{ MaxSizeMB = 0.01 } -Detailed }
    }
    function Get-View($objects) { ($objects | Out-String -Width 120) -split '\r?\n' }
}

AfterAll { Remove-Item Env:NO_COLOR }

Describe 'The view of <type>' -ForEach ($types + @(
        @{ type = 'QuantPS.ModelStep' }, @{ type = 'QuantPS.Analysis.LayerInfo' }, @{ type = 'QuantPS.Analysis.LayerDifference' }
    )) {
    It 'is there, keeps all its columns and fits' {
        $views = (Get-FormatData -TypeName $type).FormatViewDefinition
        $views | Should -Not -BeNullOrEmpty
        # A list wraps its lines by itself.
        if ($views[0].Control -is [Management.Automation.ListControl]) { return }
        $make.Keys | Should -Contain $type -Because 'every table has a sample here'
        $objects = @(. $make[$type])
        $objects[0].GetType().FullName | Should -Be $type
        $lines = Get-View $objects
        $lines | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 -Because $_ }
        if ($views[0].Control -is [Management.Automation.TableControl]) {
            $headers = foreach ($i in 0..($views[0].Control.Headers.Count - 1)) {
                $views[0].Control.Headers[$i].Label ?? $views[0].Control.Rows[0].Columns[$i].DisplayEntry.Value
            }
            $header = $lines.Where({ $_.Trim() -and $_ -notmatch '^ *Model: ' }, 'First')[0]
            foreach ($name in $headers) { $header | Should -Match ([regex]::Escape($name)) -Because "the column $name is shown" }
        }
    }
}
