using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>BERT models as Transformers saves them: weights, and beside them <c>config.json</c> and <c>vocab.txt</c>.</summary>
public static class BertFiles
{
    private static readonly string[] s_weights = ["model.safetensors", "pytorch_model.bin"];

    /// <summary>The file of the weights in a folder; null where the path is none, or has none.</summary>
    public static string? WeightsIn(string path) =>
        s_weights.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);

    /// <summary>Whether a state dict is of a BERT network that classifies.</summary>
    public static bool Fits(StateDict state) => state.Keys.Any(key => key.StartsWith("bert.embeddings.word_embeddings.", StringComparison.Ordinal));

    /// <summary>Makes the model of a state dict, with the sizes and the vocabulary that lie beside its file.</summary>
    /// <param name="state">The state dict.</param>
    /// <param name="path">Its file.</param>
    /// <param name="backend">The backend of a quantized model; x86 when null.</param>
    /// <param name="configPath">The configuration; when null, <c>config.json</c> beside the file, else the sizes that the shapes of the weights show.</param>
    /// <param name="vocabularyPath">The vocabulary; when null, <c>vocab.txt</c> beside the file, where it is there.</param>
    /// <exception cref="QuantPSException">
    /// <c>StateDictMismatch</c>: the weights do not fit. <c>ModelConfigUnreadable</c>, <c>VocabularyUnreadable</c>: a file beside them is not as it
    /// should be.
    /// </exception>
    public static QuantModel Read(StateDict state, string path, QuantizationBackend? backend = null, string? configPath = null, string? vocabularyPath = null)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!, beside = Path.Combine(folder, BertConfigFile.FileName);
        Architecture architecture = Architectures.Find("bert");
        string? file = configPath ?? (File.Exists(beside) ? beside : null);
        BertConfig? config = file is not null ? BertConfigFile.Read(file) : BertConfigFile.Infer(Bert.Normalize(state));
        if (config is not null) architecture = architecture with { Options = architecture.Options with { Bert = config } };
        string name = Path.GetFileName(path) is var fileName && s_weights.Contains(fileName) ? Path.GetFileName(folder) : Path.GetFileNameWithoutExtension(path);
        QuantModel model = architecture.FromStateDict(state, name, backend);
        return Describe(model, config ?? new(), vocabularyPath ?? Path.Combine(folder, TextPreprocessing.VocabularyFile), isAsked: vocabularyPath is not null);
    }

    private static QuantModel Describe(QuantModel model, BertConfig config, string vocabularyPath, bool isAsked)
    {
        int classes = model.Graph.InferTypes(1)[model.Graph.Output].Shape[1];
        if (config.Labels.Length == classes) model = model with { Labels = config.Labels };
        if (!isAsked && !File.Exists(vocabularyPath)) return model;
        TextPreprocessing text = TextPreprocessing.Read(vocabularyPath, config.MaxLength);
        return text.Vocabulary.Length <= config.VocabularySize ? model with { Text = text } : throw new QuantPSException("VocabularyUnreadable",
            $"'{vocabularyPath}' has {text.Vocabulary.Length} tokens, and '{model.Name}' knows {config.VocabularySize}: it is the vocabulary of another model.", vocabularyPath);
    }
}
