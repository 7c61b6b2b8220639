using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class InstructionSetTests
{
    [Fact]
    public void Names_are_found_whatever_their_case() =>
        Assert.All(InstructionSets.Available, set => Assert.Equal(set, InstructionSets.Parse($" {set.ToString().ToUpperInvariant()} ")));

    [Fact]
    public void An_unknown_name_is_an_error_that_lists_what_there_is()
    {
        var error = Assert.Throws<ArgumentException>(() => InstructionSets.Parse("mmx"));
        Assert.Contains("'mmx'", error.Message);
        Assert.All(InstructionSets.Available, set => Assert.Contains($"{set}", error.Message));
    }

    [Fact]
    public void The_scalar_reference_is_always_there_and_the_best_is_the_last() =>
        Assert.Equal((InstructionSet.Scalar, InstructionSets.Available[^1]), (InstructionSets.Available[0], InstructionSets.Best));

    [Fact]
    public void The_environment_chooses_unless_the_caller_does()
    {
        Assert.Equal(InstructionSet.Scalar, InstructionSets.Choose(null, "scalar"));
        Assert.Equal(InstructionSets.Best, InstructionSets.Choose(InstructionSets.Best, "scalar"));
        Assert.Equal(InstructionSets.Best, InstructionSets.Choose(null, " "));
        Assert.Equal(InstructionSets.Best, InstructionSets.Choose(null, null));
        Assert.Contains("QUANTPS_INSTRUCTION_SET, 'sse9',", Assert.Throws<ArgumentException>(() => InstructionSets.Choose(null, "sse9")).Message);
    }
}
