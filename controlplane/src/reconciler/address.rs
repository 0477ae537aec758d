//! Which address range an island gets: the lowest that no other installation has.

use atoll_sandbox::{
    names::IslandId,
    subnet::{NetworkIndex, Pool},
};

use super::{failure::Failure, obstacle::Obstacle};
use crate::store::{Change, Store, installations::Installation};

/// Adds an installation in the lowest free range; its `index` is set to that.
pub(super) async fn reserve(
    change: &mut Change,
    installation: &mut Installation,
    pool: Pool,
) -> Result<(), Obstacle> {
    let taken = change.taken_network_indexes().await?;
    installation.index = lowest_free(&taken, pool, 0).ok_or_else(|| full(pool))?;
    if change.insert_installation(installation).await? {
        return Ok(());
    }
    // Because the database runs one change at a time, this is no race but an app that is installed already.
    Err(Obstacle::Plain(Failure::new(
        format!("`{}` is installed already.", installation.island.app),
        "Open it, or remove it before installing it again.",
    )))
}

/// Gives an installation the next free range after one that something else on the machine uses.
pub(super) async fn move_on(
    store: &Store,
    island: &IslandId,
    pool: Pool,
    past: NetworkIndex,
) -> Result<NetworkIndex, Obstacle> {
    let mut change = store.begin().await?;
    let taken = change.taken_network_indexes().await?;
    let index = lowest_free(&taken, pool, past.0 + 1).ok_or_else(|| full(pool))?;
    if !change.move_installation(island, index).await? {
        return Err(full(pool));
    }
    change.commit_unaudited().await?;
    Ok(index)
}

/// `taken` is in order.
fn lowest_free(taken: &[NetworkIndex], pool: Pool, from: u32) -> Option<NetworkIndex> {
    let free = |index: &u32| taken.binary_search(&NetworkIndex(*index)).is_err();
    (from..pool.size()).find(free).map(NetworkIndex)
}

fn full(pool: Pool) -> Obstacle {
    Obstacle::Plain(Failure::new(
        format!("All {} address ranges of `host.subnets` {pool} are in use.", pool.size()),
        "Remove an app, or widen `host.subnets` in the allowlist.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(taken: &[u32], from: u32) -> Option<u32> {
        let taken: Vec<NetworkIndex> = taken.iter().copied().map(NetworkIndex).collect();
        lowest_free(&taken, "10.212.0.0/26".parse().unwrap(), from).map(|index| index.0)
    }

    #[test]
    fn the_lowest_free_range_is_taken_until_there_is_none() {
        assert_eq!(free(&[], 0), Some(0));
        assert_eq!(free(&[0, 2], 0), Some(1));
        assert_eq!(free(&[0, 2], 2), Some(3));
        assert_eq!(free(&[0, 1, 2, 3], 0), None);
        assert_eq!(free(&[0], 4), None);
        assert!(full("10.212.0.0/26".parse().unwrap()).failure().message.starts_with("All 4 address ranges"));
    }
}
