namespace QuantPS.Benchmarks.Engines;

/// <summary>A model loaded into an engine, ready to run on the input of the model.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>Runs it once.</summary>
    void Run();

    /// <summary>The output of the last run, in PyTorch's order.</summary>
    float[] Output();
}
