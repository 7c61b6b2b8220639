using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>Finds the state dict in what a checkpoint holds.</summary>
public static class StateDictReader
{
    private const int MostText = 200;
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model", "net"];
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    /// <summary>Reads the state dict of a file: of <c>torch.save</c>, or of safetensors where its extension says so.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key of the checkpoint's dict that it lies under; null to look for it.</param>
    /// <param name="progress">Told the number of bytes that are read, once for each mebibyte; what it throws ends the reading.</param>
    /// <exception cref="QuantPSException">As for <see cref="Checkpoint.Read(string, IProgress{long})"/>, and as for <see cref="From"/>.</exception>
    public static StateDict Read(string path, string? key = null, IProgress<long>? progress = null) =>
        path.EndsWith(SafetensorsFile.Extension, StringComparison.OrdinalIgnoreCase)
            ? SafetensorsFile.Read(path, progress)
            : From(Checkpoint.Read(path, progress), path, key);

    /// <summary>
    /// Finds the state dict: what was read, if it is a dict with tensors; else what lies under <c>state_dict</c>, <c>model_state_dict</c>,
    /// <c>model</c> or <c>net</c>; else the only dict of tensors in it. The prefix that DataParallel (<c>module.</c>) or torch.compile
    /// (<c>_orig_mod.</c>) puts before every key is taken off.
    /// </summary>
    /// <param name="checkpoint">What <see cref="Checkpoint.Read(string, IProgress{long})"/> gave.</param>
    /// <param name="file">The file, for errors.</param>
    /// <param name="key">The key of the checkpoint's dict that it lies under; null to look for it.</param>
    /// <exception cref="QuantPSException">StateDictNotFound: there is none, or there are several; the message lists what there is.</exception>
    public static StateDict From(object? checkpoint, string file, string? key = null)
    {
        PythonDict found = Find(checkpoint, file, key);
        string prefix = CommonWrapper(found);
        var state = new StateDict();
        foreach ((object name, object? value) in found) state.Add(((string)name)[prefix.Length..], value);
        if (found.Attributes?.Find("_metadata") is not PythonDict metadata) return state;
        foreach ((object path, object? local) in metadata)
            if (path is string module && Unwrap(module, prefix) is { } inner)
                state.Metadata[inner] = (local as PythonDict)?.Find("version") as long?;
        return state;
    }

    private static PythonDict Find(object? checkpoint, string file, string? key)
    {
        if (checkpoint is not PythonDict dict) throw NotFound(file, "it does not hold a dict. In PyTorch, save model.state_dict().");
        if (key is not null)
            return dict.Find(key) is PythonDict named && IsState(named)
                ? named
                : throw NotFound(file, $"there is none under '{key}'. {Listing(dict)}");
        foreach (string usual in UsualKeys)
            if (dict.Find(usual) is PythonDict inner && IsState(inner))
                return inner;
        if (IsState(dict)) return dict;
        PythonDict[] candidates = [.. dict.Select(entry => entry.Value).OfType<PythonDict>().Where(IsState)];
        return candidates is [PythonDict only]
            ? only
            : throw NotFound(file, $"{(candidates.Length == 0 ? "there is none" : "there are several")}. {Listing(dict)}");
    }

    /// <summary>Whether all keys are names and some value is a tensor, or a tuple with one in it as quantized modules hold them.</summary>
    private static bool IsState(PythonDict dict) =>
        dict.Keys.All(key => key is string)
        && dict.Any(entry => entry.Value is Tensor || (entry.Value is PythonTuple tuple && tuple.Any(item => item is Tensor)));

    private static string CommonWrapper(PythonDict state)
    {
        int length = 0;
        while (Array.Find(Wrappers, wrapper => state.Keys.All(key => ((string)key).AsSpan(length).StartsWith(wrapper))) is { } next) length += next.Length;
        return ((string)state.Keys[0])[..length];
    }

    /// <summary>The path of a module without the wrapper, or null where it is the wrapper's own.</summary>
    private static string? Unwrap(string module, string prefix) =>
        prefix.Length == 0 ? module
        : module + "." == prefix ? ""
        : module.StartsWith(prefix, StringComparison.Ordinal) ? module[prefix.Length..]
        : null;

    private static string Listing(PythonDict dict)
    {
        string keys = string.Join(", ", dict.Keys.Take(20).Select(key => $"'{PlainText.Short($"{key}", MostText)}'"));
        return $"Its keys are {keys}{(dict.Count > 20 ? ", ..." : "")}. Name the one that the state dict lies under.";
    }

    private static QuantPSException NotFound(string file, string problem) =>
        new("StateDictNotFound", $"No state dict was found in '{file}': {problem}", file);
}
