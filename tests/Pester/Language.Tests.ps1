#Requires -Version 7.6
# Networks for text through the whole pipeline: quantize, measure, write, read.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $folder = (Get-Item TestDrive:).FullName
    $lstm = Get-QuantizedPretrained lstm_for_demonstration -Float -Untrained
    $words = Get-QuantizedPretrained word_language_model -Float -Untrained
    $bert = Get-QuantizedPretrained bert_tiny -Float -Untrained
}

Describe 'The LSTM of the recipe' {
    It 'quantizes its one module' {
        $small = $lstm | Invoke-DynamicQuantization -ModuleType LSTM
        $small.Precision | Should -Be DynamicInt8
        $small.History[-1].Settings.Modules | Should -Be lstm
        $small.QuantizedFraction | Should -Be 1
    }

    It 'is timed at the length that is asked for' {
        ($lstm | Measure-ModelLatency -SequenceLength 5 -Duration 0.05).InputShape | Should -Be 5, 8
    }

    It 'goes to a state dict and back in float, and to a TorchScript archive in int8' {
        $null = $lstm | Export-QuantModel "$folder/lstm.pth"
        $again = Import-QuantModel "$folder/lstm.pth"
        $again.Architecture | Should -Be lstm_for_demonstration
        $again.ParameterCount | Should -Be $lstm.ParameterCount
        $small = $lstm | Invoke-DynamicQuantization
        $small | Export-QuantModel "$folder/lstm.torchscript" | Should -BeOfType IO.FileInfo
        { $small | Export-QuantModel "$folder/small.pth" -ErrorAction Stop } | Should -Throw -ErrorId 'StateDictUnsupported,*'
        "$folder/small.pth" | Should -Not -Exist
    }

    It 'in float16 is half as large' {
        $half = $lstm | Invoke-DynamicQuantization -Dtype float16
        $half.Precision | Should -Be Float16
        $half.QuantizedFraction | Should -Be 1
    }
}

Describe 'The word-language model' {
    It 'becomes smaller with each step' {
        $int8 = $words | Invoke-DynamicQuantization
        $tables = $words | Invoke-DynamicQuantization -ModuleType Embedding -Dtype quint4x2
        $sizes = ($words, $int8, $tables | Measure-ModelSize).SizeMB
        $sizes[1] | Should -BeLessThan $sizes[0]
        $sizes[2] | Should -BeLessThan $sizes[0]
        $int8.Layers.Where({ $_.Precision -eq 'DynamicInt8' }).Operator | Should -Contain lstm
        $int8.Layers.Where({ $_.Precision -eq 'DynamicInt8' }).Operator | Should -Contain linear
    }

    It 'quantizes the modules that are named' {
        $some = $words | Invoke-DynamicQuantization -ModuleName decoder
        $some.History[-1].Settings.Modules | Should -Be decoder
    }

    It 'draws its layers' {
        $rows = $words | Invoke-DynamicQuantization | Format-QuantModel -Duration 0.05
        $rows.Where({ $_.Operator -eq 'lstm' }).TimeShare | Should -BeGreaterThan 0
        ($rows | Measure-Object SizeShare -Sum).Sum | Should -BeGreaterThan 0.999
    }

    It 'is compared with its float model in size' {
        $int8 = $words | Invoke-DynamicQuantization -ModuleType Linear
        $comparison = $int8 | Compare-QuantModel $words -Part Size
        $comparison.Ratio | Should -BeGreaterThan 1
        $int8 | Test-QuantModelGate -MinRatio 1.1 | Should -BeTrue
    }
}

Describe 'BERT' {
    It 'goes to safetensors in float, and the folder is read again with its sizes' {
        $null = New-Item "$folder/bert" -ItemType Directory
        $null = $bert | Export-QuantModel "$folder/bert/model.safetensors"
        $again = Import-QuantModel "$folder/bert"
        $again.ParameterCount | Should -Be $bert.ParameterCount
        $again.Name | Should -Be bert
    }

    It 'goes to a state dict and back in dynamic int8' {
        $int8 = $bert | Invoke-DynamicQuantization
        $null = $int8 | Export-QuantModel "$folder/bert.pth"
        $again = Import-QuantModel "$folder/bert.pth" -Architecture bert_tiny
        $again.Precision | Should -Be DynamicInt8
        ($again | Measure-ModelSize).SizeMB | Should -Be ($int8 | Measure-ModelSize).SizeMB
    }

    It 'names its layers to completion' {
        $line = 'Get-QuantizedPretrained bert_tiny -Float -Untrained | Invoke-DynamicQuantization -ModuleName bert.encoder.layer.1.attention.o'
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Contain bert.encoder.layer.1.attention.output.dense
    }
}
