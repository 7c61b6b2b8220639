using QuantPS.Torch.Native;

namespace QuantPS.OracleTests.Native;

public sealed class TorchNativesTests
{
    private const string StandardLibrary = "libstdc++.so.6";

    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void A_folder_without_libtorch_is_an_error_that_names_the_missing_files()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        QuantPSException error = Assert.Throws<QuantPSException>(() => new TorchNatives(folder));
        Assert.Equal("TorchUnavailable", error.ErrorId);
        Assert.Contains("torch_cpu", error.Message);
        Assert.Contains(folder, error.Message);
        Directory.Delete(folder);
    }

    [Fact]
    public void Names_resolve_with_and_without_their_affixes_and_others_do_not()
    {
        TorchNatives natives = TorchNatives.Load();
        Assert.NotEqual(0, natives.Resolve("LibTorchSharp"));
        if (OperatingSystem.IsLinux()) Assert.Equal(natives.Resolve("LibTorchSharp"), natives.Resolve("libLibTorchSharp.so"));
        Assert.Equal(0, natives.Resolve("sqlite3"));
    }

    [Fact]
    public void Marking_a_version_weak_changes_its_flags_and_nothing_else()
    {
        (byte[] file, ElfImage image) = Read();
        VersionNeed need = Assert.Single(image.Needs(), need => need.Version == "GLIBCXX_3.4.32");
        byte[] marked = WeakVersionNeed.Mark(file, [need]);
        int[] changed = [.. Enumerable.Range(0, file.Length).Where(i => file[i] != marked[i])];
        Assert.Equal([need.FlagsOffset], changed);
        Assert.Equal(2, marked[need.FlagsOffset]);
        Assert.Equal(image.Needs(), new ElfImage(marked).Needs());
    }

    [Fact]
    public void Only_versions_that_the_library_does_not_define_are_missing()
    {
        (_, ElfImage image) = Read();
        string[] needed = [.. image.Needs().Where(need => need.Library == StandardLibrary).Select(need => need.Version)];
        Assert.True(needed.Length > 5);
        Assert.Empty(WeakVersionNeed.Missing(image, StandardLibrary, needed));
        Assert.Equal(["GLIBCXX_3.4.32"], WeakVersionNeed.Missing(image, StandardLibrary, needed.Except(["GLIBCXX_3.4.32"])).Select(need => need.Version));
    }

    [Fact]
    public void A_version_whose_symbols_are_used_is_never_marked()
    {
        (byte[] file, ElfImage image) = Read();
        VersionNeed need = image.Needs().Single(need => need is { Library: StandardLibrary, Version: "GLIBCXX_3.4" });
        Assert.Contains("GLIBCXX_3.4", Assert.Throws<InvalidDataException>(() => WeakVersionNeed.Mark(file, [need])).Message);
    }

    [Fact]
    public void A_damaged_library_is_an_error_and_never_a_crash()
    {
        (byte[] file, _) = Read();
        var random = new Random(5);
        int errors = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = i % 2 == 0 ? file[..random.Next(file.Length)] : [.. file];
            // The headers, and where the dynamic section and the versions are.
            int[] starts = [0, 0x3f8f0, 0x1d4b18];
            for (int flip = 0; flip < 8; flip++)
            {
                int at = starts[random.Next(3)] + random.Next(600);
                if (at < damaged.Length) damaged[at] = (byte)random.Next(256);
            }
            try
            {
                var image = new ElfImage(damaged);
                _ = image.Needs().Count();
                _ = image.Definitions().Count();
                _ = image.RelocatedVersions();
            }
            catch (InvalidDataException)
            {
                errors++;
            }
        }
        Assert.True(errors > 200, $"only {errors} of 400 damaged files were refused");
    }

    [Fact]
    public void A_cached_file_that_is_not_what_it_should_be_is_replaced()
    {
        string root = Directory.CreateTempSubdirectory().FullName;
        UsingDataFolder(root, () =>
        {
            using LoadableFile first = NativeCache.Store("a.so", "original"u8, [1, 2, 3]);
            Assert.StartsWith(root, first.Path);
            File.WriteAllBytes(first.Path, [9]);
            using LoadableFile second = NativeCache.Store("a.so", "original"u8, [1, 2, 3]);
            Assert.Equal(first.Path, second.Path);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(second.Path));
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(second.Path)!));
        });
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void Where_the_users_folder_cannot_be_written_a_temporary_one_serves_and_goes()
    {
        string root = Path.GetTempFileName();
        UsingDataFolder(root, () =>
        {
            LoadableFile file = NativeCache.Store("a.so", "original"u8, [1, 2, 3]);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(file.Path));
            file.Dispose();
            Assert.False(File.Exists(file.Path));
        });
        File.Delete(root);
    }

    private static (byte[] File, ElfImage Image) Read()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Version needs are a matter of Linux.");
        byte[] file = File.ReadAllBytes(Library);
        return (file, new ElfImage(file));
    }

    // .NET takes the folder of the user's data from this variable.
    private static void UsingDataFolder(string folder, Action action)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("The user's data folder cannot be moved on Windows.");
        string? before = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", folder);
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_DATA_HOME", before);
        }
    }
}
