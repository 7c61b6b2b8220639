namespace QuantPS.Tests.Training;

/// <summary>The tests that run libtorch, one after the other: live tensors are counted for the whole process.</summary>
[CollectionDefinition(Name)]
public sealed class TrainingCollection
{
    public const string Name = "Training";
}
