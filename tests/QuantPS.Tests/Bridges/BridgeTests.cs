using System.Runtime.Loader;
using QuantPS.Bridges;

namespace QuantPS.Tests.Bridges;

public sealed class BridgeTests
{
    [Fact]
    public void A_bridge_lives_in_a_load_context_of_its_own()
    {
        var decoder = Bridge.Load<IImageDecoder>("Media");

        AssemblyLoadContext home = AssemblyLoadContext.GetLoadContext(decoder.GetType().Assembly)!;
        Assert.NotSame(AssemblyLoadContext.Default, home);
        Assert.Equal("QuantPS.Media", home.Name);
        Assert.Contains(home.Assemblies, assembly => assembly.GetName().Name == "SkiaSharp");
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, assembly => assembly.GetName().Name == "SkiaSharp");
    }

    [Fact]
    public void Its_interfaces_are_kept_and_share_one_context()
    {
        var decoder = Bridge.Load<IImageDecoder>("Media");

        Assert.Same(decoder, Bridge.Load<IImageDecoder>("Media"));
        Assert.Same(decoder.GetType().Assembly, Bridge.Load<IImageEncoder>("Media").GetType().Assembly);
    }

    [Fact]
    public void A_bridge_that_is_missing_is_an_error_that_names_its_folder()
    {
        var error = Assert.Throws<QuantPSException>(() => Bridge.Load<IImageDecoder>("Nowhere"));

        Assert.Equal("BridgeNotFound", error.ErrorId);
        Assert.Contains(Path.Combine(Bridge.Root, "Nowhere"), error.Message);
    }

    [Fact]
    public void A_bridge_that_does_not_load_is_an_error_that_names_its_folder()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Bridge.Root, $"Broken{Guid.NewGuid():N}")).FullName;
        try
        {
            string name = Path.GetFileName(folder);
            File.WriteAllText(Path.Combine(folder, $"QuantPS.{name}.dll"), "not an assembly");

            var error = Assert.Throws<QuantPSException>(() => Bridge.Load<IImageDecoder>(name));

            Assert.Equal("BridgeUnavailable", error.ErrorId);
            Assert.Contains(folder, error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
