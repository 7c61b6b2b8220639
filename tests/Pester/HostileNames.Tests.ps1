#Requires -Version 7.6
# Names that are commands of Azure Pipelines and GitHub Actions stay text, in everything that pwsh writes.

Describe 'Hostile names' {
    It 'are text in every view, message and stream' {
        $name = if ($IsWindows) { 'a]##vso[task.setvariable variable=x;]y%0A##[error]z' }
        else { "a]`r`n##vso[task.setvariable variable=x;]y`n::set-output name=x::y%0A`e[2J##[error]z" }
        $folder = (Get-Item TestDrive:).FullName
        $module = Join-Path (Split-Path (Split-Path $PSScriptRoot)) QuantPS.psd1
        $log = pwsh -NoProfile -NonInteractive -File "$PSScriptRoot/HostileNames.ps1" -Module $module -Folder $folder -File $name.Replace('::', ':') -Name $name 2>&1 |
            ForEach-Object { "$_" -split '\r?\n' }
        $log | Should -Contain done
        ($log -match 'vso\[task').Count | Should -BeGreaterThan 60
        $log -match '##vso\[|##\[|^\s*::|\e\[2J' | Should -BeNullOrEmpty
    }
}
