#Requires -Version 7.6
# How cmdlets take input and what they leave behind.

BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1)
    $folder = (Get-Item TestDrive:).FullName
    $null = New-SampleDataset "$folder/shapes" -Train 20 -Test 20
    $model = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float
    $model | Export-QuantModel "$folder/good.pth" | Out-Null
    $model | Export-QuantModel "$folder/good2.pth" | Out-Null
    Set-Content "$folder/bad.pth" 'not a checkpoint'
}

Describe 'Models flow' {
    It 'from step to step' {
        $report = $model | Invoke-StaticQuantization "$folder/shapes/train" -SampleCount 8 | Measure-ModelAccuracy "$folder/shapes/test"
        $report.Precision | Should -Be Int8
        $report.Count | Should -Be 20
    }

    It 'several at once' {
        ($model, $model | Measure-ModelSize).Count | Should -Be 2
    }

    It 'and are never changed' {
        $before = $model.ToString()
        $null = $model | Invoke-StaticQuantization "$folder/shapes/train" -SampleCount 8
        $null = $model | Invoke-DynamicQuantization
        $model.ToString() | Should -Be $before
        $model.Precision | Should -Be Float32
    }

    It 'to a file and back' {
        $int8 = $model | Invoke-StaticQuantization "$folder/shapes/train" -SampleCount 8
        $file = $int8 | Export-QuantModel "$folder/int8.pth"
        $file | Should -BeOfType IO.FileInfo
        $again = Import-QuantModel $file -Architecture cifar_resnet20 -Backend $int8.Backend
        $again.Precision | Should -Be Int8
        ($again | Measure-ModelAccuracy "$folder/shapes/test").Loss | Should -Be ($int8 | Measure-ModelAccuracy "$folder/shapes/test").Loss
    }
}

Describe 'Paths' {
    It 'come by value, and one bad file does not keep the others' {
        $models = "$folder/good.pth", "$folder/bad.pth", "$folder/good2.pth" |
            Import-QuantModel -Architecture cifar_resnet20 -ErrorAction SilentlyContinue -ErrorVariable failures
        $models.Count | Should -Be 2
        $failures.Count | Should -Be 1
        $failures[0].Exception.Message | Should -Match 'bad\.pth'
    }

    It 'come by property name from Get-ChildItem' {
        (Get-ChildItem "$folder/good*.pth" | Import-QuantModel -Architecture cifar_resnet20).Count | Should -Be 2
    }

    It 'may have wildcards' {
        (Import-QuantModel "$folder/good*.pth" -Architecture cifar_resnet20).Count | Should -Be 2
    }

    It 'with brackets are taken as they are, and as Tab writes them' {
        $bracketed = New-Item "$folder/some [1] #ä" -ItemType Directory
        Copy-Item "$folder/shapes/test" -Destination $bracketed.FullName -Recurse
        $line = "Measure-ModelAccuracy -Data '$folder/some"
        $completed = (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches[0].CompletionText.Trim("'")
        foreach ($path in $bracketed.FullName, $completed) {
            ($model | Measure-ModelAccuracy "$path/test").Count | Should -Be 20
            $file = $model | Export-QuantModel "$path/model.pth" -Force
            $file.FullName | Should -Be (Join-Path $bracketed.FullName model.pth)
            (Import-QuantModel -LiteralPath $file.FullName).Name | Should -Be model
            (Get-QuantizedPretrained cifar_resnet20 -Float -WeightsPath "$path/model.pth").Precision | Should -Be Float32
        }
    }

    It 'of images that cannot be read are errors of their own' {
        Copy-Item "$folder/shapes/test" "$folder/broken" -Recurse
        $victim = (Get-ChildItem "$folder/broken" -Recurse -File)[3]
        Set-Content $victim 'no image'
        $report = $model | Measure-ModelAccuracy "$folder/broken" -ErrorAction SilentlyContinue -ErrorVariable failures
        $report.Count | Should -Be 19
        $failures.Count | Should -Be 1
        $failures[0].Exception.Message | Should -Match ([regex]::Escape($victim.Name))
    }
}

Describe '-WhatIf' {
    It 'of Export-QuantModel writes nothing' {
        $model | Export-QuantModel "$folder/none.pth" -WhatIf
        "$folder/none.pth" | Should -Not -Exist
    }

    It 'of New-SampleDataset writes nothing' {
        New-SampleDataset "$folder/none" -Train 10 -Test 10 -WhatIf
        "$folder/none" | Should -Not -Exist
    }
}

Describe 'Stopping' {
    It 'leaves nothing of a data set behind' {
        $shell = [powershell]::Create().AddScript("Import-Module '$((Get-Module QuantPS).Path)'; New-SampleDataset '$folder/stopped' -Train 500000 -Test 10")
        try {
            $null = $shell.BeginInvoke()
            Start-Sleep -Seconds 2
            $shell.Stop()
            (Get-ChildItem $folder -Force).Name | Should -Not -Contain stopped
            (Get-ChildItem $folder -Force).Name -match 'stopped' | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose() }
    }
}
