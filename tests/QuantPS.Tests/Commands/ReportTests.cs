using System.Management.Automation;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class ReportTests(ModuleSession session)
{
    private const string Model = "$model = Get-QuantizedPretrained sample_net -Float; $comparison = $model | Compare-QuantModel $model -Part Size\n";

    [Fact]
    public void Models_comparisons_and_gates_go_into_files_of_every_format()
    {
        using TemporaryFolder folder = new();
        ModuleSession.Result result = session.RunIn(folder.Path, Model + """
            $gates = $comparison | Test-QuantModelGate -MaxSizeMB 1 -SoftLimit @{ MaxSizeMB = 0.1 } -Detailed
            $model, $comparison, $gates | Export-QuantReport a.md, a.html, a.json, a.xml -Title 'The title'
            """);

        Assert.Empty(result.Errors);
        Assert.Equal(["a.md", "a.html", "a.json", "a.xml"], result.Output.Select(file => ((FileInfo)file.BaseObject).Name));
        Assert.All(result.Output, file => Assert.Contains("The title", File.ReadAllText(((FileInfo)file.BaseObject).FullName)));
        Assert.Contains("tests=\"2\" failures=\"0\"", File.ReadAllText(folder.At("a.xml")));
    }

    [Fact]
    public void A_file_that_is_there_stays_without_force_and_nothing_is_written_with_what_if()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.At("a.md"), "mine");
        ModuleSession.Result result = session.RunIn(folder.Path, Model + "$comparison | Export-QuantReport a.md, b.md; $comparison | Export-QuantReport c.md -WhatIf");

        Assert.Equal(["PathInUse,QuantPS.Commands.ExportQuantReportCommand"], result.ErrorIds);
        Assert.Equal("mine", File.ReadAllText(folder.At("a.md")));
        Assert.Equal(["a.md", "b.md"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Test_results_without_gates_are_a_warning()
    {
        using TemporaryFolder folder = new();
        ModuleSession.Result result = session.RunIn(folder.Path, Model + "$comparison | Export-QuantReport a.md, a.xml");
        Assert.Empty(result.Errors);
        Assert.Contains("a.xml' has no test case", Assert.Single(result.Warnings));
    }

    [Theory]
    [InlineData("$comparison | Export-QuantReport a.docx", "ReportFormatUnknown")]
    [InlineData("1 | Export-QuantReport a.md -WhatIf", "ReportInputUnknown", "NothingToReport")]
    [InlineData("@() | Export-QuantReport a.md", "NothingToReport")]
    public void A_report_without_sense_is_an_error(string script, params string[] ids) => Assert.Equal(
        ids.Select(id => $"{id},QuantPS.Commands.ExportQuantReportCommand"), session.Run(Model + script).ErrorIds);
}
