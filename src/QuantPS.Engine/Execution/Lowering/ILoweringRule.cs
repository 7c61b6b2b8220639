namespace QuantPS.Engine.Execution.Lowering;

/// <summary>One way to compute the value of a node.</summary>
internal interface ILoweringRule
{
    /// <summary>The operations that compute the value of a node, or null where the rule does not fit it.</summary>
    /// <remarks>The last operation computes the value; those before it compute values of their own that it alone needs.</remarks>
    IReadOnlyList<Operation>? Lower(Node node, LoweringContext context);
}
