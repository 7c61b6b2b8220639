using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Commands;

/// <summary>Quantizes the weights of a model ahead; activations are quantized as they come.</summary>
/// <remarks>
/// <para>
/// Dynamic quantization needs no data: the weights of the chosen modules become int8 at once, and each activation is quantized by its own
/// range when the model runs. It pays for models whose time goes into large matrices: Linear layers, LSTM, GRU, RNN and their cells.
/// Convolutions stay in float; use Invoke-StaticQuantization for these.
/// </para>
/// <para>
/// In recurrent modules the input is quantized once, over the whole sequence of all samples, and the hidden state anew at every step; gates,
/// states and biases stay in float. Embeddings are quantized where their type or their exact name is given: to 8 bits, or with -Dtype quint4x2
/// to 4, with a scale and a zero point for each row. With -Dtype float16 weights are rounded to 16 bits and computed with in 32.
/// </para>
/// <para>
/// A type or a name that matches nothing is a warning that says what there is. -Verbose says which modules were quantized and what share of
/// the weights they hold; the model's History keeps both. The model that came in is not changed.
/// </para>
/// </remarks>
/// <example>
/// <para>Quantize all Linear layers.</para>
/// <code>
/// $model = Get-QuantizedPretrained mobilenet_v2 -Float -Untrained
/// $model | Invoke-DynamicQuantization
/// </code>
/// <para>In MobileNet v2 that is the classifier alone, which holds a third of the weights.</para>
/// </example>
/// <example>
/// <para>Quantize the layers of some names.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Invoke-DynamicQuantization -ModuleName linear
/// </code>
/// </example>
/// <example>
/// <para>Quantize a language model, embeddings in 4 bits.</para>
/// <code>
/// $lstm = Get-QuantizedPretrained lstm_for_demonstration -Float -Untrained
/// $lstm | Invoke-DynamicQuantization -ModuleType LSTM | Export-QuantModel ./lstm.torchscript
/// $words = Get-QuantizedPretrained word_language_model -Float -Untrained
/// $words | Invoke-DynamicQuantization -ModuleType Embedding -Dtype quint4x2 | Measure-ModelSize
/// </code>
/// <para>LSTM layers with one scale for each weight go into a TorchScript archive, which libtorch runs.</para>
/// </example>
/// <returns>The quantized model; the one that came in where nothing matched.</returns>
/// <seealso cref="InvokeStaticQuantizationCommand"/>
/// <seealso cref="MeasureModelSizeCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "DynamicQuantization")]
[OutputType(typeof(QuantModel))]
public sealed class InvokeDynamicQuantizationCommand : ModelCmdlet
{
    /// <summary>
    /// The types of modules to quantize, by their PyTorch names. When not given: Linear, LSTM, GRU, RNN and the cells; with the types of
    /// embeddings as -Dtype, Embedding and EmbeddingBag.
    /// </summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(DynamicTypeCompleter))]
    public string[] ModuleType { get; set; } = [];

    /// <summary>The modules to quantize, by their PyTorch names. Wildcards are allowed; a name stands for all modules below it.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[] ModuleName { get; set; } = [];

    /// <summary>
    /// What weights become: qint8 (embeddings that are asked for: quint8), float16, or for embeddings alone quint8 or quint4x2.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<DynamicDtype>))]
    public Choice<DynamicDtype> Dtype { get; set; } = DynamicDtype.QInt8;

    /// <summary>The backend whose numerics the result follows: fbgemm, x86, qnnpack or onednn.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<QuantizationBackend>))]
    public Choice<QuantizationBackend> Backend { get; set; } = QuantizationBackend.X86;

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(model,
            new() { ModuleTypes = [.. ModuleType], ModuleNames = [.. ModuleName], Dtype = Dtype, Backend = Backend });
        foreach (string warning in result.Warnings) WriteWarning(warning);
        WriteVerbose($"Quantized {result.Modules.Length} modules, which hold {result.Share:P1} of the weights: {string.Join(", ", result.Modules)}");
        WriteObject(result.Model);
    }
}
