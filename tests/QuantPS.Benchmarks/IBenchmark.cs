namespace QuantPS.Benchmarks;

/// <summary>A measurement that is run by hand and printed; never a test.</summary>
internal interface IBenchmark
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Description { get; }

    /// <summary>Measures and prints.</summary>
    /// <returns>The exit code: 0 where everything could be measured.</returns>
    int Run(string[] arguments);
}
