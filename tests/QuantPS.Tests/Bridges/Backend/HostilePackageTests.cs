using System.Buffers.Binary;
using System.IO.Compression;
using QuantPS.Bridges.Backend;

namespace QuantPS.Tests.Bridges.Backend;

/// <summary>Archives that pass for the package that is wanted, as after the theft of its hash.</summary>
public sealed class HostilePackageTests
{
    private const string Natives = "runtimes/linux-x64/native/", Library = Natives + "libtorch.so";

    [Theory]
    [InlineData("../evil.so")]
    [InlineData("/evil.so")]
    [InlineData("a/../../evil.so")]
    [InlineData(Natives + "../evil.so")]
    [InlineData(Natives + "..")]
    [InlineData(@"..\evil.so")]
    [InlineData(Natives + @"..\..\evil.so")]
    [InlineData("C:/evil.so")]
    [InlineData(Natives + "evil.so:stream")]
    public void A_name_that_leads_out_of_the_folder_is_refused(string name) => Refused(FakeBackend.Archive((Library, 10), (name, 10)), "leads out");

    [Theory]
    [InlineData(".hidden.so")]
    [InlineData("-rf.so")]
    [InlineData("a b.so")]
    [InlineData("ä.so")]
    [InlineData("evil.so\n")]
    public void A_name_that_no_library_has_is_refused(string name) => Refused(FakeBackend.Archive((Library, 10), (Natives + name, 10)), "no name for a library");

    [Fact]
    public void A_name_that_is_there_twice_is_refused() => Refused(FakeBackend.Archive((Library, 10), (Natives + "LIBTORCH.so", 10)), "twice");

    [Fact]
    public void A_link_is_refused()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            ZipArchiveEntry entry = archive.CreateEntry(Library);
            entry.ExternalAttributes = 0xA1FF << 16;
            using Stream content = entry.Open();
            content.Write("/etc/passwd"u8);
        }
        Refused(stream.ToArray(), "is a link");
    }

    [Theory]
    [InlineData(3_000_000_000u, "MB on the disk", "BackendUnsafe")]
    [InlineData(50_000u, "checksum", "BackendDamaged")]
    [InlineData(150_000u, "missing", "BackendDamaged")]
    public void A_length_that_is_not_true_is_refused(uint announced, string message, string errorId)
    {
        byte[] content = FakeBackend.Archive((Library, 100_000));
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(content.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 24), announced);
        Refused(content, message, errorId);
    }

    [Fact]
    public void More_entries_than_a_package_has_are_refused()
    {
        (string, int)[] entries = [.. Enumerable.Range(0, 10_001).Select(i => ($"{i}.txt", 0))];
        Refused(FakeBackend.Archive(entries), "10,001 entries");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_no_archive_or_lacks_the_libraries_is_refused(bool isArchive) => Refused(
        isArchive ? FakeBackend.Archive(("readme.txt", 10)) : "<html>Sign in</html>"u8.ToArray(), isArchive ? $"lacks {Natives}" : "is no package", "BackendDamaged");

    [Fact]
    public void A_broken_stream_is_refused()
    {
        byte[] content = FakeBackend.Archive((Library, 100_000));
        content.AsSpan(30 + Library.Length, 20).Fill(0xFF);
        Refused(content, "cannot be unpacked", "BackendDamaged");
    }

    // Nothing is left behind, neither in the folder nor around it.
    private static void Refused(byte[] content, string message, string errorId = "BackendUnsafe")
    {
        using TemporaryFolder folder = new();
        BackendPackage package = FakeBackend.Package(content);
        string source = folder.Write(Path.Combine("packages", package.FileName), content), root = folder.At("deep", "backend");
        using BackendInstallation installation = BackendInstallation.FetchAsync(
            new BackendStore(root, "linux-x64", [package]), [source], new(), null, default).GetAwaiter().GetResult();

        var error = Assert.Throws<QuantPSException>(() => installation.Complete(null, default));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(message, error.Message);
        Assert.Contains(package.FileName, error.Message);
        Assert.Equal([source, Path.Combine(root, ".lock")], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).OrderDescending());
    }
}
