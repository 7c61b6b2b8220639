using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>Measures how many labelled images or texts a model gets right.</summary>
/// <remarks>
/// <para>
/// Runs the model on all images, and compares the class with the highest score (Top1) and the five highest (Top5) with the label. Classes
/// are matched by name where the model knows the names of all classes of the data, else by their order.
/// </para>
/// <para>
/// Texts come from a file with commas (.csv) or tabs (.tsv), whose first line names the columns: text, label and, for pairs, text_pair. Labels
/// are the model's, or the numbers of its classes.
/// </para>
/// <para>An image that cannot be read is an error of its own; the others are measured.</para>
/// </remarks>
/// <example>
/// <para>Measure on images in folders, one for each class.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 10 -Test 50
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelAccuracy -Data ./shapes/test
/// </code>
/// </example>
/// <example>
/// <para>Measure on texts.</para>
/// <code>
/// [System.IO.Directory]::CreateDirectory("$($PWD.ProviderPath)/my-bert") | Out-Null
/// Get-QuantizedPretrained bert_tiny -Float -Untrained | Export-QuantModel ./my-bert/model.safetensors
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/my-bert/vocab.txt", [string[]]('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'fine', 'film', 'dull'))
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/films.csv", [string[]]('text,label', 'a fine film,1', 'a dull film,0'))
/// Import-QuantModel ./my-bert | Measure-ModelAccuracy -Data ./films.csv
/// </code>
/// </example>
/// <returns>Top1 and Top5 in percent, the number of images, and the mean cross-entropy loss.</returns>
/// <seealso cref="ImportImageDatasetCommand"/>
/// <seealso cref="MeasureModelLatencyCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ModelAccuracy")]
[OutputType(typeof(AccuracyReport))]
public sealed class MeasureModelAccuracyCommand : ModelCmdlet
{
    private ImageDataset? _data;
    private TextDataset? _texts;

    /// <summary>Labelled images: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits. Or labelled texts: a .csv or .tsv file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public DatasetSource Data { get; set; } = null!;

    /// <summary>Measures no more than so many images, spread evenly over the classes, or so many texts, the first ones; all when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The number of images or texts that run at once. The result does not depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = 32;

    /// <summary>The number of threads; all processors when not given. The result does not depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Threads { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (Data.Path is { } path && TextDataset.IsPath(path))
        {
            _texts = TextDataset.Read(FullPath(path));
            return;
        }
        _data = Open(Data);
        if (First is int count) _data = _data.Sample(count, seed: 0);
    }

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        int threads = Threads ?? Environment.ProcessorCount;
        if (_texts is { } texts)
        {
            int count = Math.Min(First ?? int.MaxValue, texts.Examples.Length);
            WriteObject(Run($"Measuring {model.Name} on {texts.Name}", report =>
                TextAccuracy.Measure(model, texts, First, BatchSize, threads, report.Counter(count, "texts"), report.Cancellation)));
            return;
        }
        ImageDataset data = _data!;
        WarnOfFewerClasses(model, data);
        WriteObject(Run($"Measuring {model.Name} on {data.Name}", report => ModelAccuracy.Measure(
            model, data, Math.Min(BatchSize, data.Count), threads, (_, error) => report.Error(error),
            report.Counter(data.Count, "images"), report.Cancellation)));
    }
}
