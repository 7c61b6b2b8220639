using System.IO.Compression;
using System.Security.Cryptography;
using QuantPS.Bridges.Backend;

namespace QuantPS.Tests.Bridges.Backend;

public sealed class BackendTableTests
{
    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    [InlineData("osx-arm64")]
    public void Each_platform_has_four_packages_with_their_hashes(string platform)
    {
        Assert.Equal(["TorchSharp", $"libtorch-cpu-{platform}", "SharpZipLib", "Google.Protobuf"], BackendTable.Of(platform).Select(package => package.Id));
        Assert.All(BackendTable.Of(platform), package => Assert.Equal(SHA512.HashSizeInBytes, Convert.FromBase64String(package.Sha512).Length));
        Assert.Contains(BackendTable.Of(platform), package => package.Takes.Contains($"runtimes/{platform}/native/"));
    }

    [Fact]
    public void There_is_none_for_other_platforms() => Assert.Empty(BackendTable.Of("linux-musl-x64"));

    [Fact]
    public void What_would_be_installed_is_what_the_module_was_built_with()
    {
        string packages = NuGetPackages();
        List<string> files = [];
        foreach (BackendPackage package in BackendTable.Of(Platform.Current))
        {
            string path = Path.Combine(packages, package.Id.ToLowerInvariant(), package.Version, package.FileName);
            if (!File.Exists(path)) Assert.Skip($"{package.FileName} is not there: NuGet's folder of packages was tidied.");
            using FileStream file = File.OpenRead(path);
            Assert.Equal((package.Length, package.Sha512), (file.Length, Convert.ToBase64String(SHA512.HashData(file))));
            using var archive = new ZipArchive(file);
            files.AddRange(archive.Entries.Select(entry => package.TargetOf(entry.FullName)).OfType<string>());
        }

        IEnumerable<string> built = Directory.EnumerateFiles(Path.Combine(Repository.Module, "bridges", "Torch"))
            .Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith("QuantPS."));
        Assert.Equal(built.Order(), files.Order());
    }

    private static string NuGetPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
