# What is compiled ahead of time for this platform comes first: assemblies of these names that are asked for later are these.
$compiled = [System.IO.Path]::Combine($PSScriptRoot, [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)
foreach ($assembly in 'QuantPS.Engine.dll', 'QuantPS.Core.dll') {
    $path = [System.IO.Path]::Combine($compiled, $assembly)
    try {
        if ([System.IO.File]::Exists($path)) { $null = [System.Reflection.Assembly]::LoadFrom($path) }
    }
    catch [System.IO.FileLoadException] {
        # The program that hosts this session has its own loaded, and the cmdlets take that.
    }
}

# The manifest cannot nest these itself: it takes brackets in the path of a nested module for wildcards.
# Help lies in en-US beside them, and Get-Help looks for it beside nested modules alone.
foreach ($module in 'QuantPS.dll', 'QuantPS.Topics.psd1') {
    Import-Module -Name ([WildcardPattern]::Escape("$PSScriptRoot/$module"))
}
