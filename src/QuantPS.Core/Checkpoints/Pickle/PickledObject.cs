namespace QuantPS.Checkpoints;

/// <summary>An object of a class: what its <c>__setstate__</c> takes, or its attributes. It is written alone; no reader makes one.</summary>
/// <param name="Class">The full name of the class.</param>
/// <param name="State">The state.</param>
internal sealed record PickledObject(string Class, object? State);
