namespace QuantPS.Engine.Kernels;

/// <summary>A kernel that reads an input of the graph from the caller's memory.</summary>
internal unsafe interface IInputKernel
{
    /// <summary>The name of the graph's input; null where it reads none after all.</summary>
    string? Input { get; }

    /// <summary>The caller's memory, while it runs.</summary>
    void* Memory { get; set; }
}
