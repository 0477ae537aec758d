//! Saved views: a list's query under a name. Every statement names the owner.

use super::{Doing, Saved, Store, StoreError};
use crate::document::{Label, UserId, ViewId};

/// A list's query under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// What its owner calls it.
    pub name: Label,
    /// The list's query, as JSON.
    pub filter: String,
}

type Row = (String, String, String);

fn view((id, name, filter): Row) -> Result<SavedView, StoreError> {
    let unexpected = || StoreError::Unexpected { column: "view" };
    Ok(SavedView {
        id: id.parse().map_err(|_| unexpected())?,
        name: Label::parse(&name).ok_or_else(unexpected)?,
        filter,
    })
}

impl Store {
    /// How many views one person may have.
    pub const MOST_VIEWS: i64 = 100;

    /// The owner's views, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn views(&self, owner: &UserId) -> Result<Vec<SavedView>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as("select id, name, filter from saved_views where owner = ? order by name_key")
                .bind(owner.as_str())
                .fetch_all(&self.pool)
                .await
                .doing("list views")?;
        rows.into_iter().map(view).collect()
    }

    /// Stores a new view.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_view(&self, owner: &UserId, new: SavedView) -> Result<Saved<SavedView>, StoreError> {
        let mut transaction = self.write().await?;
        let count: i64 = sqlx::query_scalar("select count(*) from saved_views where owner = ?")
            .bind(owner.as_str())
            .fetch_one(&mut *transaction)
            .await
            .doing("count views")?;
        if count >= Self::MOST_VIEWS {
            return Ok(Saved::TooMany);
        }
        let inserted = sqlx::query(
            "insert into saved_views (id, owner, name, name_key, filter) values (?, ?, ?, ?, ?) \
             on conflict (owner, name_key) do nothing",
        )
        .bind(new.id.to_string())
        .bind(owner.as_str())
        .bind(new.name.as_str())
        .bind(new.name.key())
        .bind(&new.filter)
        .execute(&mut *transaction)
        .await
        .doing("store a view")?;
        transaction.commit().await.doing("store a view")?;
        Ok(if inserted.rows_affected() > 0 { Saved::Done(new) } else { Saved::NameTaken })
    }

    /// Changes one of the owner's views; what is `None` stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_view(
        &self,
        owner: &UserId,
        id: ViewId,
        name: Option<Label>,
        filter: Option<String>,
    ) -> Result<Saved<SavedView>, StoreError> {
        // `or ignore` leaves the row as it is when the name is taken.
        let changed = sqlx::query_as::<_, Row>(
            "update or ignore saved_views set name = ifnull(?, name), name_key = ifnull(?, name_key), \
             filter = ifnull(?, filter) where id = ? and owner = ? returning id, name, filter",
        )
        .bind(name.as_ref().map(Label::as_str))
        .bind(name.as_ref().map(Label::key))
        .bind(filter)
        .bind(id.to_string())
        .bind(owner.as_str())
        .fetch_optional(&self.pool)
        .await
        .doing("change a view")?;
        match changed {
            Some(row) => view(row).map(Saved::Done),
            None if self.views(owner).await?.iter().any(|each| each.id == id) => Ok(Saved::NameTaken),
            None => Ok(Saved::Missing),
        }
    }

    /// Deletes one of the owner's views; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_view(&self, owner: &UserId, id: ViewId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from saved_views where id = ? and owner = ?")
            .bind(id.to_string())
            .bind(owner.as_str())
            .execute(&self.pool)
            .await
            .doing("delete a view")?;
        Ok(deleted.rows_affected() > 0)
    }
}
