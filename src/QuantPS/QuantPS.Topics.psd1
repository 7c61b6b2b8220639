# Get-Help looks for about topics beside a module's manifest. The manifest of QuantPS lies elsewhere; this one, which brings nothing
# else, lies beside the topics.
@{
    ModuleVersion     = '0.1.0'
    GUID              = '0b0f3a52-8d1b-4f0f-9a4e-3f5c6a0a7c11'
    FunctionsToExport = @()
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
