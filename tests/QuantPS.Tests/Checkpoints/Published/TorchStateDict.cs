namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>
/// A state dict as PyTorch has it, put together without the module's writer: entries by key, each knowing how PyTorch pickles it, and
/// the versions of modules.
/// </summary>
internal sealed class TorchStateDict
{
    private readonly OrderedDictionary<string, Action<TorchPickle>> _entries = [];
    private readonly OrderedDictionary<string, int?> _modules = [];

    public IReadOnlyList<string> Keys => _entries.Keys;

    /// <summary>Adds an entry, or replaces the one of this key.</summary>
    public Action<TorchPickle> this[string key]
    {
        set => _entries[key] = value;
    }

    public void Remove(string key) => Assert.True(_entries.Remove(key), key);

    /// <summary>Adds a module to <c>_metadata</c>; a module without a version has an empty dict there.</summary>
    public void Module(string path, int? version = 1) => _modules[path] = version;

    /// <summary>Loses <c>_metadata</c>, as a plain copy of the dict does.</summary>
    public void LoseVersions() => _modules.Clear();

    /// <summary>The file in the format since PyTorch 1.6.</summary>
    public byte[] Zip()
    {
        TorchPickle pickle = Pickle(isLegacy: false);
        return CheckpointBuilder.Zip(pickle.Bytes, [.. pickle.Storages.Select(storage => storage.Data)]);
    }

    /// <summary>The file in the format before PyTorch 1.6.</summary>
    public byte[] Legacy()
    {
        TorchPickle pickle = Pickle(isLegacy: true);
        return CheckpointBuilder.Legacy(pickle.Bytes, [.. pickle.Storages]);
    }

    private TorchPickle Pickle(bool isLegacy)
    {
        var pickle = new TorchPickle(isLegacy);
        pickle.OrderedDict();
        foreach ((string key, Action<TorchPickle> value) in _entries)
        {
            pickle.Text(key);
            value(pickle);
            pickle.SetItem();
        }
        if (_modules.Count > 0)
        {
            pickle.Dict();
            pickle.Text("_metadata");
            pickle.OrderedDict();
            foreach ((string path, int? version) in _modules)
            {
                pickle.Text(path);
                pickle.Dict();
                if (version is int number)
                {
                    pickle.Name("version");
                    pickle.Int(number);
                    pickle.SetItem();
                }
                pickle.SetItem();
            }
            pickle.SetItem();
            pickle.Build();
        }
        pickle.Stop();
        return pickle;
    }
}
