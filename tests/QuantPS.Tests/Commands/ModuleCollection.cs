namespace QuantPS.Tests.Commands;

/// <summary>The tests that share the session of the module; one of them runs at a time.</summary>
[CollectionDefinition(Name)]
public sealed class ModuleCollection : ICollectionFixture<ModuleSession>
{
    public const string Name = "Module";
}
