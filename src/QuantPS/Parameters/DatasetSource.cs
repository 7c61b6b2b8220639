using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>A data set as a parameter takes it: a path, a folder or a file, or a data set that Import-ImageDataset opened.</summary>
public sealed class DatasetSource
{
    /// <summary>A data set at a path.</summary>
    public DatasetSource(string path) => Path = path;

    /// <summary>A data set in a folder or a file.</summary>
    public DatasetSource(FileSystemInfo item) => Path = item.FullName;

    /// <summary>A data set that is open.</summary>
    public DatasetSource(ImageDataset dataset) => Dataset = dataset;

    /// <summary>The path, or null where the data set is open.</summary>
    public string? Path { get; }

    /// <summary>The open data set, or null where there is a path.</summary>
    public ImageDataset? Dataset { get; }

    /// <inheritdoc/>
    public override string ToString() => Path ?? Dataset!.ToString();
}
