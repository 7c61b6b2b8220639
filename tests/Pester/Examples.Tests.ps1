#Requires -Version 7.6
# The examples of the topics and of the README, each page in a fresh session and an empty folder, as a reader would type them, with the
# module installed: a folder of its name on the module path, from which sessions and jobs load it by themselves.

BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $pages = @(
        foreach ($topic in Get-ChildItem $root/bin/QuantPS/en-US/*.help.txt) {
            # An example is a block that stands alone, eight columns in.
            $blocks = [regex]::Matches((Get-Content -Raw $topic).ReplaceLineEndings("`n"), '(?<=\n\n)( {8}.*\n)+(?=\n)').Value
            @{ Name = $topic.BaseName -replace '\.help$'; Code = $blocks -join "`n" }
        }
        $prompts = (Get-Content $root/README.md) -match '^    (PS>|>>) ' -replace '^    (PS>|>>) '
        @{ Name = 'README.md'; Code = $prompts -join "`n" }
    )
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $folder = (Get-Item TestDrive:).FullName
    $modules = New-Item $folder/modules -ItemType Directory
    $link = New-Item $modules/QuantPS -ItemType ($IsWindows ? 'Junction' : 'SymbolicLink') -Target $root
    $before = $env:PSModulePath
    $env:PSModulePath = "$modules$([IO.Path]::PathSeparator)$before"

    # What the reader of the README has of his own: a folder as Transformers writes it, and labelled texts.
    $bert = '
        $null = New-Item ./my-bert -ItemType Directory
        $null = Get-QuantizedPretrained bert_tiny -Float -Untrained | Export-QuantModel ./my-bert/model.safetensors
        Set-Content ./my-bert/vocab.txt "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", a, film, good, bad, .
        Set-Content ./reviews.tsv "text`tlabel", "a good film.`t1", "a bad film.`t0"'
}

AfterAll {
    $env:PSModulePath = $before
    $link.Delete()
}

Describe 'The examples of <Name>' -ForEach $pages {
    It 'run' {
        if ($Code -match '\.\./shared' -and -not (Test-Path $root/../shared)) { Set-ItResult -Skipped -Because '../shared is not there'; return }
        Push-Location (New-Item $folder/$Name -ItemType Directory)
        try {
            Set-Content ../$Name.ps1 @(
                '$ErrorActionPreference = "Stop"'
                if ($Code -match 'my-bert') { $bert }
                $Code.Replace('../shared', (Join-Path (Split-Path $root) shared))
            )
            $output = pwsh -NoProfile -NonInteractive -File ../$Name.ps1 2>&1 | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $output
            $output | Should -Not -Match 'WARNING'
        }
        finally { Pop-Location }
    }
}
