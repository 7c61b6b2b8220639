using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Tests.Zoo;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class TextCommandTests(ModuleSession session)
{
    [Fact]
    public void A_model_goes_from_its_folder_to_labels_and_a_dynamic_one_agrees()
    {
        using TemporaryFolder folder = Folder();
        ModuleSession.Result result = session.RunIn(folder.Path, """
            $model = Import-QuantModel ./films
            $model | Invoke-QuantModel -Text 'A fine film', 'the dull, dull film!'
            $model | Invoke-DynamicQuantization | Invoke-QuantModel -Text 'A fine film' -TextPair 'not dull' -Top 2
            $model | Invoke-QuantModel -InputTensor 2, 5, 6, 7, 3
            """);
        Assert.Empty(result.Errors);
        TextPrediction[] predictions = [.. result.Output.Select(output => (TextPrediction)output.BaseObject)];
        Assert.Equal([5, 8, 8, 5], predictions.Select(prediction => prediction.TokenCount));
        Assert.All(predictions, prediction => Assert.Contains(prediction.Label, SmallBert.Config.Labels));
        Assert.Equal(1, predictions[0].Scores.Sum(), 1e-9);
        Assert.Equal(2, predictions[2].Top.Length);
        Assert.Equal("not dull", predictions[2].Pair);
        Assert.Equal(predictions[0].Output, predictions[3].Output, new Close(1e-5f));
    }

    [Fact]
    public void Accuracy_is_that_of_the_labels_of_a_file_by_name_and_by_number()
    {
        using TemporaryFolder folder = Folder();
        string[] texts = ["a fine film", "dull", "the great film!", "not fine, not dull"];
        string[] labels = [.. session.RunIn(folder.Path, "Import-QuantModel ./films | Invoke-QuantModel -Text $args", texts).Output
            .Select(output => ((TextPrediction)output.BaseObject).Label)];
        string wrong = SmallBert.Config.Labels.First(label => label != labels[3]);
        File.WriteAllLines(folder.At("films.csv"), ["text,label", .. texts.Take(3).Select((text, i) => $"\"{text}\",{labels[i]}"), $"\"{texts[3]}\",{wrong}"]);
        File.WriteAllLines(folder.At("films.tsv"), ["text\tlabel", .. texts.Select((text, i) => $"{text}\t{SmallBert.Config.Labels.IndexOf(labels[i])}")]);

        AccuracyReport named = session.RunIn(folder.Path, "Import-QuantModel ./films | Measure-ModelAccuracy -Data ./films.csv -BatchSize 3").Single<AccuracyReport>();
        Assert.Equal((75.0, 100.0, 4), (named.Top1, named.Top5, named.Count));
        AccuracyReport numbered = session.RunIn(folder.Path, "Import-QuantModel ./films | Measure-ModelAccuracy -Data ./films.tsv -First 3").Single<AccuracyReport>();
        Assert.Equal((100.0, 3), (numbered.Top1, numbered.Count));

        ModelComparison comparison = session.RunIn(folder.Path, """
            $float = Import-QuantModel ./films
            $float | Invoke-DynamicQuantization | Compare-QuantModel $float -Data ./films.csv -Duration 0.05 -First 3
            """).Single<ModelComparison>();
        Assert.Equal((100.0, 3, 15), (comparison.Reference!.Accuracy!.Top1, comparison.Candidate.Accuracy!.Count, comparison.Latency!.Rounds));
        Assert.False(session.RunIn(folder.Path, "Import-QuantModel ./films | Test-QuantModelGate -Data ./films.csv -MinAccuracy 80").Single<bool>());
    }

    [Fact]
    public void Latency_is_measured_at_a_length()
    {
        LatencyReport latency = session.Run("Get-QuantizedPretrained bert_tiny -Float -Untrained | Measure-ModelLatency -SequenceLength 9 -Duration 0.02").Single<LatencyReport>();
        Assert.Equal([9], latency.InputShape);
        Assert.True(latency.MedianMs > 0);
    }

    [Theory]
    [InlineData("Import-QuantModel ./films | Invoke-QuantModel -Text a, b -TextPair c", "TextPairMismatch")]
    [InlineData("Import-QuantModel ./films/model.safetensors -VocabularyPath ./nowhere.txt", "VocabularyUnreadable")]
    [InlineData("Get-QuantizedPretrained bert_tiny -Float -Untrained | Invoke-QuantModel -Text a", "VocabularyMissing")]
    [InlineData("Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Invoke-QuantModel -Text a", "ModelNotForText")]
    [InlineData("Get-QuantizedPretrained bert_tiny -Untrained", "ModelNotForImages")]
    [InlineData("Import-QuantModel ./films | Invoke-QuantModel -Path ./films/vocab.txt", "ModelNotForImages")]
    [InlineData("Import-QuantModel ./films | Invoke-QuantModel -InputTensor (1..21)", "InputShapeMismatch")]
    [InlineData("Import-QuantModel ./films | Invoke-QuantModel -InputTensor -1", "InputShapeMismatch")]
    [InlineData("Import-QuantModel ./films | Measure-ModelLatency -SequenceLength 21", "InputShapeMismatch")]
    [InlineData("Import-QuantModel ./films | Measure-ModelLatency -Engine Libtorch", "EngineNotSuitable")]
    [InlineData("Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelLatency -SequenceLength 5", "InputShapeMismatch")]
    [InlineData("Import-QuantModel ./films | Invoke-DynamicQuantization | Export-QuantModel ./a.safetensors", "ExportFormatUnsuitable")]
    [InlineData("[System.IO.File]::WriteAllText(\"$PWD/a.csv\", \"text,label`na,splendid\"); Import-QuantModel ./films | Measure-ModelAccuracy -Data ./a.csv", "DatasetMismatch")]
    [InlineData("[System.IO.File]::WriteAllText(\"$PWD/films/config.json\", '{ \"model_type\": \"gpt2\" }'); Import-QuantModel ./films", "ModelConfigUnreadable")]
    public void What_cannot_be_is_one_error(string script, string errorId)
    {
        using TemporaryFolder folder = Folder();
        string actual = Assert.Single(session.RunIn(folder.Path, script).ErrorIds);
        Assert.StartsWith($"{errorId},", actual);
    }

    [Fact]
    public void A_network_for_text_is_not_calibrated_with_images() => Assert.StartsWith("ModelNotForImages,",
        session.Run("Get-QuantizedPretrained bert_tiny -Float -Untrained | Invoke-StaticQuantization $args[0]", session.Shapes).Error.FullyQualifiedErrorId);

    [Fact]
    public void An_id_beyond_the_vocabulary_is_an_error_that_names_it()
    {
        using TemporaryFolder folder = Folder();
        ErrorRecord error = session.RunIn(folder.Path, "Import-QuantModel ./films | Invoke-QuantModel -InputTensor 2, 40, 3").Error;

        Assert.StartsWith("InputShapeMismatch,", error.FullyQualifiedErrorId);
        Assert.StartsWith("40 is no token id", error.Exception.Message);
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        SmallBert.WriteFolder(folder, "films", SmallBert.Create());
        return folder;
    }

    private sealed class Close(float tolerance) : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) <= tolerance * (1 + Math.Abs(x));

        public int GetHashCode(float number) => 0;
    }
}
