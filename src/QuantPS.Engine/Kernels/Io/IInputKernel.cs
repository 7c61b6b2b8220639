namespace QuantPS.Engine.Kernels;

/// <summary>A kernel that brings an input of the graph into the arena.</summary>
internal unsafe interface IInputKernel
{
    /// <summary>The name of the graph's input.</summary>
    string Input { get; }

    /// <summary>The caller's memory, while it runs.</summary>
    void* Memory { get; set; }
}
