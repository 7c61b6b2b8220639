using System.Management.Automation;
using QuantPS.Analysis;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class ArchitectureCommandTests(ModuleSession session)
{
    private static readonly string[] s_networks =
    [
        "googlenet", "inception_v3", "mobilenet_v2", "mobilenet_v3_large", "resnet18", "resnet50", "resnext101_32x8d", "resnext101_64x4d",
        "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0",
    ];

    [Theory]
    [InlineData("inception_v3", 27_161_264)]
    [InlineData("googlenet", 13_004_888)]
    public void The_auxiliary_heads_are_built_where_they_are_asked_for(string name, long count)
    {
        QuantModel model = session.Run($"Get-QuantizedPretrained {name} -Untrained -Float -AuxiliaryHead").Single<QuantModel>();

        Assert.Equal(count, model.ParameterCount);
        Assert.StartsWith("AuxiliaryHeadUnknown,",
            session.Run("Get-QuantizedPretrained resnet18 -Untrained -Float -AuxiliaryHead").Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Every_network_of_torchvision_completes()
    {
        var completed = session.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($args[0], $args[0].Length, $null)",
            "Get-QuantizedPretrained ").Single<CommandCompletion>().CompletionMatches.Select(match => match.CompletionText);

        Assert.Empty(s_networks.Except(completed));
    }

    [Fact]
    public void A_JPEG_is_given_a_label_of_ImageNet()
    {
        string image = Repository.Shared("data/cifar10/test/airplane/0000.jpg");
        string[] names = File.ReadAllLines(Path.Combine(Repository.Root, "src", "QuantPS", "Data", "imagenet_classes.txt"));

        Prediction prediction = session.Run(
            "Get-QuantizedPretrained shufflenet_v2_x0_5 -Untrained -Float | Invoke-QuantModel -Path $args[0] -Top 3", image).Single<Prediction>();

        int[] best = [.. Enumerable.Range(0, 1000).OrderByDescending(index => prediction.Scores[index]).Take(3)];
        Assert.Equal(best.Select(index => names[index]), prediction.Top.Select(score => score.Label));
        Assert.Equal(names[best[0]], prediction.Label);
    }

    [Fact]
    public void The_classes_of_ImageNet_are_named_as_torchvision_names_them()
    {
        string[] names = [.. session.Run("(Get-QuantizedPretrained shufflenet_v2_x0_5 -Untrained -Float).Labels").Output.Select(name => (string)name.BaseObject)];

        Assert.Equal(1000, names.Length);
        Assert.Equal(1000, names.Distinct().Count());
        Assert.All(names, name => Assert.Equal(name.Trim(), name));
        foreach ((int index, string name) in new[]
        {
            (0, "tench"), (134, "crane bird"), (207, "golden retriever"), (281, "tabby"), (517, "crane"), (638, "maillot"), (639, "maillot tank suit"),
            (657, "missile"), (744, "projectile"), (836, "sunglass"), (837, "sunglasses"), (999, "toilet tissue"),
        }) Assert.Equal(name, names[index]);
    }

    [Fact]
    public void Other_classes_have_no_names() => Assert.Empty(
        session.Run("(Get-QuantizedPretrained cifar_resnet20 -Untrained -Float).Labels").Output);
}
