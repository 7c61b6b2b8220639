namespace QuantPS.Benchmarks.Starting;

/// <summary>An engine in a process of its own, from nothing to results.</summary>
internal interface IStartedEngine
{
    /// <summary>Whether loading is the engine's own work, and not only getting a graph into memory.</summary>
    bool LoadsItself { get; }

    /// <summary>Gets the model of a file into memory.</summary>
    void Load(string file);

    /// <summary>Runs it on an image.</summary>
    void Run(float[] image);
}
