using System.Management.Automation;
using System.Management.Automation.Runspaces;
using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Tests.Analysis;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class LanguageCommandTests(ModuleSession session)
{
    private const string Import = "Import-QuantModel ./model.pth -Architecture word_language_model";

    [Fact]
    public void The_perplexity_of_a_model_and_of_a_dynamic_one_is_that_of_the_library()
    {
        using TemporaryFolder folder = Folder();
        ModuleSession.Result result = session.RunIn(folder.Path, $"$float = {Import}; $float, ($float | Invoke-DynamicQuantization) | Measure-ModelAccuracy ./test.txt");

        Assert.Empty(result.Errors);
        PerplexityReport[] reports = [.. result.Output.Select(report => (PerplexityReport)report.BaseObject)];
        Assert.Equal([ModelPrecision.Float32, ModelPrecision.DynamicInt8], reports.Select(report => report.Precision));
        Assert.Equal(("model", "test.txt", TokenUnit.Word, 190), (reports[0].Name, reports[0].Data, reports[0].Unit, reports[0].Count));
        QuantModel model = TinyLanguageModel.Recurrent(5);
        PerplexityReport expected = ModelPerplexity.Measure(model, ModelPerplexity.ReadVocabulary(model, [folder.At("train.txt")]).Encode(folder.At("test.txt")),
            cancel: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Loss, reports[0].Loss, 1e-6);
        Assert.All(reports, report => Assert.Equal(Math.Exp(report.Loss), report.Perplexity, 1e-9));
        Assert.InRange(reports[1].Perplexity / reports[0].Perplexity, 0.9, 1.1);
        Assert.NotEqual(reports[0].Perplexity, reports[1].Perplexity);
    }

    [Fact]
    public void The_vocabulary_the_batch_the_length_and_the_number_of_tokens_can_be_chosen()
    {
        using TemporaryFolder folder = Folder();
        File.Move(folder.At("train.txt"), folder.At("words", "of-the-model.txt"));
        PerplexityReport report = session.RunIn(folder.Path,
            $"{Import} | Measure-ModelAccuracy ./test.txt -VocabularyPath ./words/*.txt -BatchSize 3 -SequenceLength 7 -First 90").Single<PerplexityReport>();

        Assert.Equal(87, report.Count);
    }

    [Fact]
    public void A_language_model_is_held_to_its_perplexity_and_timed_in_turns()
    {
        using TemporaryFolder folder = Folder();
        ModuleSession.Result result = session.RunIn(folder.Path, $$"""
            $float = {{Import}}
            $int8 = $float | Invoke-DynamicQuantization
            $int8 | Compare-QuantModel $float -Data ./test.txt -Duration 0.05
            $int8 | Test-QuantModelGate -Reference $float -Data ./test.txt -MaxPerplexityRatio 1.1 -MaxPerplexity 1000
            $null = $int8 | Export-QuantModelBaseline ./baseline.json -Data ./test.txt -MaxPerplexityRatio 1
            $int8 | Test-QuantModelGate -Data ./test.txt -Baseline ./baseline.json -MaxPerplexityRatio 1.001
            try { $int8 | Assert-QuantModelGate -Data ./test.txt -MaxPerplexity 1 } catch { $_.FullyQualifiedErrorId }
            try { $int8 | Assert-QuantModelGate -Reference $float -Data ./test.txt -MaxAccuracyDrop 1 } catch { "$_" }
            """);

        Assert.Empty(result.Errors);
        var comparison = (ModelComparison)result.Output[0].BaseObject;
        Assert.InRange(comparison.PerplexityRatio!.Value, 0.9, 1.1);
        Assert.Equal((190, 190), (comparison.Candidate.Perplexity!.Count, comparison.Reference!.Perplexity!.Count));
        Assert.Equal(15, comparison.Latency!.Rounds);
        Assert.Empty(comparison.Layers);
        Assert.Equal([true, true], result.Output.Skip(1).Take(2).Select(output => (bool)output.BaseObject));
        Assert.Equal("PerplexityTooHigh,QuantPS.Commands.AssertQuantModelGateCommand", result.Output[3].ToString());
        Assert.Contains("-MaxPerplexityRatio tells as much", result.Output[4].ToString());
    }

    [Fact]
    public void Token_ids_give_the_next_one_in_float_and_quantized()
    {
        using TemporaryFolder folder = Folder();
        ModuleSession.Result result = session.RunIn(folder.Path, $"$float = {Import}; $float, ($float | Invoke-DynamicQuantization), ($float | Invoke-DynamicQuantization Embedding -Dtype QUInt4x2) | Invoke-QuantModel -InputTensor 0, 3, 1 -Top 2");

        Assert.Empty(result.Errors);
        Assert.Equal(3, result.Output.Count);
        Assert.All(result.Output, output => Assert.Equal((5, 2), (((Prediction)output.BaseObject).Output.Length, ((Prediction)output.BaseObject).Top.Length)));
    }

    [Fact]
    public void The_default_view_is_a_table_with_the_perplexity()
    {
        using TemporaryFolder folder = Folder();
        var host = new RecordingHost();
        using Runspace runspace = ModuleSession.Open(host);
        using PowerShell shell = PowerShell.Create(runspace).AddScript("Import-QuantModel $args[0] -Architecture word_language_model | Measure-ModelAccuracy $args[1]")
            .AddArgument(folder.At("model.pth")).AddArgument(folder.At("test.txt")).AddCommand("Out-Default");
        shell.Invoke();

        string[] header = host.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["Name", "Precision", "Perplexity", "Loss", "Count", "Unit", "Data"], header.Select(name => name.Trim()));
    }

    [Theory]
    [InlineData($"{Import} | Measure-ModelAccuracy ./elsewhere/test.txt", "VocabularyMissing", "-VocabularyPath")]
    [InlineData($"{Import} | Test-QuantModelGate -MaxPerplexity 1 -Data ./elsewhere/test.txt", "VocabularyMissing", "-VocabularyPath")]
    [InlineData($"{Import} | Test-QuantModelGate -MinAccuracy 1 -Data $args[0] -First 1", "DatasetMismatch", "give a text")]
    [InlineData($"{Import} | Measure-ModelAccuracy ./missing.txt", "DataNotFound", "missing.txt")]
    [InlineData($"{Import} | Measure-ModelAccuracy ./test.txt -VocabularyPath ./elsewhere/test.txt", "VocabularyMismatch", "5 tokens")]
    [InlineData($"{Import} | Measure-ModelAccuracy ./test.txt -First 12", "TextTooShort", "-BatchSize")]
    [InlineData($"{Import} | Measure-ModelAccuracy $args[0] -First 1", "DatasetMismatch", "give a text")]
    [InlineData("Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelAccuracy ./test.txt", "ModelNotForText", "no language model")]
    public void What_cannot_be_measured_is_one_error_that_says_what_to_do(string script, string errorId, string text)
    {
        using TemporaryFolder folder = Folder();

        ErrorRecord error = session.RunIn(folder.Path, script, session.Shapes).Error;

        Assert.StartsWith($"{errorId},", error.FullyQualifiedErrorId);
        Assert.Contains(text, error.Exception.Message);
    }

    /// <summary>A model of four words and the end of a line, and the texts that it was and was not trained with.</summary>
    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        var state = new StateDict();
        foreach ((string name, QuantPS.Engine.Tensor tensor) in TinyLanguageModel.Recurrent(5).Graph.Constants) state.Add(name, tensor);
        StateDictWriter.Write(state, folder.At("model.pth"));
        folder.Write("train.txt", "the cat sat down\nthe cat sat\n");
        string[] words = ["the", "cat", "sat", "down"];
        var random = new Random(3);
        folder.Write("test.txt", string.Join('\n', Enumerable.Range(0, 50).Select(_ => string.Join(' ', Enumerable.Range(0, 3).Select(_ => words[random.Next(4)])))));
        folder.Write(Path.Combine("elsewhere", "test.txt"), "the dog\n");
        return folder;
    }
}
