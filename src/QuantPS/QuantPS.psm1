# The manifest cannot nest these itself: it takes brackets in the path of a nested module for wildcards.
# Help lies in en-US beside them, and Get-Help looks for it beside nested modules alone.
foreach ($module in 'QuantPS.dll', 'QuantPS.Topics.psd1') {
    Import-Module -Name ([WildcardPattern]::Escape("$PSScriptRoot/$module"))
}
