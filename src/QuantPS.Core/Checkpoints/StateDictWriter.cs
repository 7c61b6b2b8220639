namespace QuantPS.Checkpoints;

/// <summary>
/// Writes state dicts as <c>torch.save(model.state_dict(), path)</c> does: an OrderedDict with <c>_metadata</c>, in the zip format.
/// </summary>
public static class StateDictWriter
{
    /// <summary>Writes a file. It appears under its name, or replaces the one there, only when it is complete.</summary>
    /// <param name="state">The state dict.</param>
    /// <param name="path">The file.</param>
    /// <param name="rootName">The folder in the archive; the name of the file without its extension, as in PyTorch, when not given.</param>
    /// <exception cref="QuantPSException">CheckpointNotWritten: the folder is not there, the disk is full, or the user may not.</exception>
    public static void Write(StateDict state, string path, string? rootName = null) =>
        Checkpoint.Write(ToPython(state), path, rootName);

    /// <summary>Writes to a stream, which need not seek.</summary>
    /// <param name="state">The state dict.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="rootName">The folder in the archive.</param>
    public static void Write(StateDict state, Stream stream, string rootName = "archive") =>
        Checkpoint.Write(ToPython(state), stream, rootName);

    /// <summary>The length in bytes of the file that would be written.</summary>
    /// <param name="state">The state dict.</param>
    /// <param name="rootName">The folder in the archive: its name is in the length several times.</param>
    public static long Measure(StateDict state, string rootName = "archive") => Checkpoint.Measure(ToPython(state), rootName);

    private static PythonDict ToPython(StateDict state)
    {
        var dict = new PythonDict { IsOrderedDict = true };
        foreach ((string key, object? value) in state) dict.Set(key, value);
        if (state.Metadata.Count == 0) return dict;
        var metadata = new PythonDict { IsOrderedDict = true };
        foreach ((string path, long? version) in state.Metadata)
        {
            var local = new PythonDict();
            if (version is not null) local.Set("version", version);
            metadata.Set(path, local);
        }
        dict.Attributes = new PythonDict();
        dict.Attributes.Set("_metadata", metadata);
        return dict;
    }
}
