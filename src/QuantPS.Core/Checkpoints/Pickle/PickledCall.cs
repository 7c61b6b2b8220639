namespace QuantPS.Checkpoints;

/// <summary>What a function gives: TorchScript's way to say of which type a list is. It is written alone; no reader makes one.</summary>
/// <param name="Function">The full name of the function.</param>
/// <param name="Arguments">What it takes.</param>
internal sealed record PickledCall(string Function, PythonTuple Arguments);
